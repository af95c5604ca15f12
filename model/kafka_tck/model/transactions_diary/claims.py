"""What the public specification claims, and what its clients come to."""

from itertools import combinations

from kafka_tck.model.terms import NONE, Bool, all_of, any_of, implies, negate
from kafka_tck.model.transactions_diary.state import (
    BEGUN,
    COMPLETE_ABORT,
    PRODUCER_FENCED,
    STOPPED,
    Cluster,
    public,
    transactions_diary,
)


@transactions_diary.always(public("ClientsHaveDifferentProducerEpochs"))
def clients_have_different_epochs(p: Cluster) -> Bool:
    """No two clients have the same producer id with the same epoch."""
    return all_of(
        implies(all_of([a.pid != NONE, a.pid == b.pid]), a.epoch != b.epoch)
        for a, b in combinations(p.clients, 2)
    )


@transactions_diary.always(public("TCsHaveDifferentEpochs"))
def coordinators_have_different_epochs(p: Cluster) -> Bool:
    """No two brokers believe that they lead the log in the same epoch."""
    return all_of(
        negate(all_of([a.knows_leader == m, b.knows_leader == n, a.knows_epoch == b.knows_epoch]))
        for (m, a), (n, b) in combinations(enumerate(p.brokers), 2)
    )


@transactions_diary.sometimes(public("EventuallyAllClientsGetPid"))
def all_clients_have_an_id(p: Cluster) -> Bool:
    """Every client was given a producer id."""
    return all_of(own.pid != NONE for own in p.clients)


@transactions_diary.sometimes(public("EventuallyOneClientAddsAllPartitions"))
def a_partition_is_added(p: Cluster) -> Bool:
    """A client has the partition in its transaction."""
    return any_of(all_of([own.at == BEGUN, own.has_partition]) for own in p.clients)


@transactions_diary.sometimes(public("TestInv"))
def a_client_is_fenced(p: Cluster) -> Bool:
    """A client is told that another has its place."""
    return any_of(
        all_of([own.at == STOPPED, own.last_error == PRODUCER_FENCED]) for own in p.clients
    )


@transactions_diary.sometimes()
def a_transaction_is_aborted(p: Cluster) -> Bool:
    """A coordinator has aborted the transaction of a client that was fenced."""
    return any_of(own.state == COMPLETE_ABORT for own in p.brokers)
