"""ISR changes in flight: the high watermark over the maximal ISR.

One leader, elected for good, and a controller that decides about the ISR. The leader asks for
changes and is told of decisions, both out of step; the HW is the least log end of all members of
the ISR that it knows of or has asked for (KIP-497). Left out: elections (module replication),
broker epochs and eligibility (module lifecycle).
"""

from kafka_tck.model.shapes import Given, Shape, each, flag, number, sequence, settled
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.spec import Module, Step, nodes, when, whole
from kafka_tck.model.terms import (
    Bool,
    Int,
    Seq,
    all_of,
    any_of,
    choose,
    implies,
    least,
    negate,
)

LEADER = 0
PUBLIC = "kafka-specification by Jason Gustafson and Guozhang Wang, AsyncIsr"


class Isr(Shape):
    """One partition. A version is a decision of the controller; its position is its number."""

    given: Given = settled()
    versions: Seq = sequence(
        lambda sizes: sizes["versions"] + 1, isr=each(flag()), asked=each(flag())
    )
    """The ISR of each version; and whose membership the leader asked to change at that version."""
    version: Int = number(0, "versions")
    isr: tuple[Bool, ...] = each(flag())
    pending_isr: tuple[Bool, ...] = each(flag())
    is_pending: Bool = flag()
    leo: tuple[Int, ...] = each(number(0, "offsets"))

    @property
    def decided(self) -> Int:
        """The controller's version."""
        return self.versions.length - 1

    @property
    def hw(self) -> Int:
        """The least log end of all members of the ISR, and of the ISR that was asked for."""
        inside = [any_of(pair) for pair in zip(self.isr, self.pending_isr, strict=True)]
        return least(
            *(
                choose(member, end, self.leo[LEADER])
                for member, end in zip(inside, self.leo, strict=True)
            )
        )


def _beginning(given: Given) -> dict[str, object]:
    everybody, nobody = (True,) * given.nodes, (False,) * given.nodes
    return {
        "versions": ((*everybody, *nobody),),
        "version": 0,
        "isr": everybody,
        "pending_isr": nobody,
        "is_pending": False,
        "leo": (0,) * given.nodes,
    }


async_isr = Module(
    "async_isr",
    Isr,
    _beginning,
    bounds={"versions": 3, "offsets": 3},
    pinned=(LEADER,),
    doc=__doc__,
)


@async_isr.action(Text(PUBLIC, "ControllerShrinkIsr"), replica=nodes)
def controller_shrinks_isr(p: Isr, replica: int) -> Step[Isr]:
    """The controller takes out a follower that failed."""
    isr = p.versions.at(p.decided).isr
    return when(follows=replica != LEADER, in_isr=isr[replica]).then(
        _decided(p, _with(isr, replica, False))
    )


@async_isr.action(
    Text(PUBLIC, "ControllerHandleRequest"),
    Code("ReplicationControlManager.alterPartition"),
    replica=nodes,
)
def controller_grants_request(p: Isr, replica: int) -> Step[Isr]:
    """The controller grants a request that was made of its latest version; older ones are lost."""
    latest = p.versions.at(p.decided)
    return when(was_asked=latest.asked[replica]).then(
        _decided(p, _with(latest.isr, replica, negate(latest.isr[replica])))
    )


def _decided(p: Isr, isr: tuple[bool | Bool, ...]) -> Isr:
    nobody = (False,) * p.given.nodes
    return p.having(versions=p.versions.append(isr=isr, asked=nobody))


@async_isr.action(Text(PUBLIC, "LeaderRequestShrinkIsr"), KIP(497), replica=nodes)
def leader_asks_to_shrink(p: Isr, replica: int) -> Step[Isr]:
    """The leader asks to take a follower out; until it hears, it counts with both ISRs."""
    return when(follows=replica != LEADER, in_isr=p.isr[replica]).then(_asked(p, replica, False))


@async_isr.action(
    Text(PUBLIC, "LeaderRequestExpandIsr"),
    KIP(497),
    Code("Partition.maybeExpandIsr"),
    replica=nodes,
)
def leader_asks_to_expand(p: Isr, replica: int) -> Step[Isr]:
    """The leader asks to take in a follower that reached the high watermark."""
    return when(outside=negate(p.isr[replica]), reached_hw=p.leo[replica] >= p.hw).then(
        _asked(p, replica, True)
    )


def _asked(p: Isr, replica: int, inside: bool) -> Isr:
    wanted = _with(p.isr, replica, inside)
    known = p.versions.at(p.version).asked
    return p.having(
        versions=p.versions.put(p.version, asked=_with(known, replica, True)),
        pending_isr=tuple(any_of(pair) for pair in zip(p.pending_isr, wanted, strict=True)),
        is_pending=True,
    )


@async_isr.action(
    Text(PUBLIC, "LeaderHandleUpdate"),
    Code("Partition.handleAlterPartitionUpdate"),
    version=whole(1, "versions"),
)
def leader_hears_of_version(p: Isr, version: Int) -> Step[Isr]:
    """The leader takes up a later decision, and forgets what it had asked for."""
    return when(was_decided=version < p.versions.length, is_later=p.version < version).then(
        p.having(
            version=version,
            isr=p.versions.at(version).isr,
            pending_isr=(False,) * p.given.nodes,
            is_pending=False,
        )
    )


@async_isr.action(Text(PUBLIC, "LeaderWrite"))
def leader_appends(p: Isr) -> Step[Isr]:
    """The leader writes a record at its log end."""
    return when().then(p.having(leo=_ends(p, LEADER)))


@async_isr.action(Text(PUBLIC, "FollowerReplicate"), replica=nodes)
def follower_fetches(p: Isr, replica: int) -> Step[Isr]:
    """A follower copies the leader's next record."""
    return when(follows=replica != LEADER, has_more=p.leo[replica] < p.leo[LEADER]).then(
        p.having(leo=_ends(p, replica))
    )


def _ends(p: Isr, replica: int) -> tuple[Int, ...]:
    return tuple(end + 1 if n == replica else end for n, end in enumerate(p.leo))


def _with(isr: tuple[Bool, ...], replica: int, inside: bool | Bool) -> tuple[bool | Bool, ...]:
    return tuple(inside if n == replica else member for n, member in enumerate(isr))


@async_isr.always(Text(PUBLIC, "ValidHighWatermark"), KIP(497))
def the_isr_reached_the_hw(p: Isr) -> Bool:
    """Every member of the controller's ISR has reached the leader's high watermark."""
    members = p.versions.at(p.decided).isr
    return all_of(implies(member, end >= p.hw) for member, end in zip(members, p.leo, strict=True))


@async_isr.sometimes()
def a_request_is_overtaken(p: Isr) -> Bool:
    """The leader waits for an answer while the controller has decided something else."""
    return all_of([p.is_pending, p.version < p.decided])


@async_isr.sometimes()
def the_isr_grows_again(p: Isr) -> Bool:
    """A follower that was out is in the ISR again."""
    smaller = negate(all_of(p.versions.at(1).isr))
    return all_of([p.versions.length > 2, smaller, all_of(p.versions.at(2).isr)])
