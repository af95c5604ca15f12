"""The coordinator of transactions: owners, and those who believe that they still are."""

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.model.coordination.writing import ADDS
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.transactions import sides
from kafka_tck.properties.operations.transactions.adding import AddPartitions
from kafka_tck.properties.operations.transactions.believed import NOBODY
from kafka_tck.properties.operations.transactions.ending import BUMPS, EndTransaction
from kafka_tck.properties.operations.transactions.finding import CompareCoordinator
from kafka_tck.properties.operations.transactions.initialising import InitTransactional, InitWrongly
from kafka_tck.properties.operations.transactions.listing import NO_STATE, ListTransactions
from kafka_tck.properties.operations.transactions.showing import AwaitEnd, DescribeTransaction
from kafka_tck.properties.operations.transactions.writing import ProduceInTransaction
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.transactions_machine import (
    BELOW,
    IDS,
    PARTITIONS,
    SITUATIONS,
    Transactions,
)


class Owners(Transactions):
    """Owners that do as they should, in both protocols."""

    requirements: tuple[Requirement, ...] = sides.OF_OWNERS

    @rule(letter=IDS)
    def begin_with_another(self, letter: str) -> None:
        """An id without past takes the place of one."""
        self.renew(letter)

    @rule(letter=IDS, below=BELOW, itself=st.booleans())
    def begin_anew(self, letter: str, below: int, itself: bool) -> None:
        """A later life; where a transaction is open it is aborted first."""
        symbol, known = self.owned(letter)
        version = 5 - below % (3 if itself else 6)
        names = {"of": symbol, "epoch": known.epoch} if itself else {}
        begins = InitTransactional(symbol, version, **names)  # type: ignore[arg-type]
        self.ask(begins)
        self.ask(AwaitEnd(symbol))
        self.ask(begins)

    @rule(letter=IDS, partition=PARTITIONS, below=BELOW, anew=st.booleans())
    def write(self, letter: str, partition: int, below: int, anew: bool) -> None:
        """A batch for a partition that was added, or that is so added."""
        self.begin(letter, partition, below, anew=anew)

    @rule(
        letter=IDS,
        below=BELOW,
        anew=st.booleans(),
        commit=st.booleans(),
        again=st.sampled_from(["", "at once", "later", "otherwise"]),
    )
    def finish(self, letter: str, below: int, anew: bool, commit: bool, again: str) -> None:
        """The end of what is open, perhaps asked for twice, before it is complete or after."""
        symbol, known = self.owned(letter)
        version = self.version("EndTxn", below, anew=anew, first_anew=BUMPS)
        end = EndTransaction(symbol, known.epoch, commit, version)
        self.ask(end)
        if again == "at once":
            self.ask(end)
        self.ask(AwaitEnd(symbol))
        if again:
            is_commit = commit is (again != "otherwise")
            self.ask(EndTransaction(symbol, known.epoch, is_commit, version))

    @rule(letter=IDS, partition=PARTITIONS, below=BELOW, anew=st.booleans(), commit=st.booleans())
    def whole(self, letter: str, partition: int, below: int, anew: bool, commit: bool) -> None:
        """A whole transaction, looked at."""
        symbol = self.begin(letter, partition, below, anew=anew)
        self.ask(DescribeTransaction(symbol))
        self.end(symbol, commit=commit, below=below, anew=anew)
        self.ask(AwaitEnd(symbol))

    @rule(letter=IDS, partition=PARTITIONS, below=BELOW, anew=st.booleans())
    def repeat(self, letter: str, partition: int, below: int, anew: bool) -> None:
        """A batch whose answer was lost, and one that comes twice."""
        symbol = self.begin(letter, partition, below, anew=anew)
        known = self.known(symbol)
        if known is not None:
            last = self.next_sequence(known, partition, known.epoch) - 1
            version = self.version("Produce", below, anew=anew, first_anew=ADDS)
            batch = ProduceInTransaction(symbol, known.epoch, "t", partition, last, version=version)
            self.ask(batch)
            self.ask(batch)

    @rule(
        letter=IDS,
        wrong=st.sampled_from(
            [
                {"timeout_ms": 0},
                {"timeout_ms": -1},
                {"timeout_ms": 900_001},
                {"producer_id": 7},
                {"epoch": 0},
                {"unnamed": True},
            ]
        ),
        below=st.integers(0, 2),
    )
    def begin_wrongly(self, letter: str, wrong: dict[str, Any], below: int) -> None:
        """Fields that cannot be right; the id is as it was."""
        symbol = self.id_of(letter)
        self.ask(InitWrongly(symbol, version=5 - below, **wrong))
        self.ask(DescribeTransaction(symbol))

    @rule(
        below=st.integers(0, 2),
        states=st.sampled_from([(), ("Ongoing",), ("Empty", NO_STATE), ("CompleteCommit",)]),
        of=st.sampled_from([(), ("x",), ("y",), (NOBODY,)]),
        ending=st.sampled_from([None, "x", "y"]),
        partition=PARTITIONS,
    )
    def list_all(
        self,
        below: int,
        states: tuple[str, ...],
        of: tuple[str, ...],
        ending: str | None,
        partition: int,
    ) -> None:
        """One id with a transaction, one without, and filters that let some of them through."""
        now = {"x": self.begin("x", partition, 0, anew=False), "y": self.owned("y")[0]}
        whose = tuple(now.get(letter, letter) for letter in of)
        name = None if ending is None else now[ending]
        version = self.session.profile.versions("ListTransactions")
        listing = ListTransactions(
            now["x"], version[-1 - below % len(version)], states, whose, name
        )
        self.ask(listing)

    @rule(letter=IDS)
    def compare(self, letter: str) -> None:
        """Who coordinates an id, and who does not."""
        self.ask(CompareCoordinator(self.owned(letter)[0]))

    @rule(letter=IDS)
    def look(self, letter: str) -> None:
        self.ask(DescribeTransaction(self.id_of(letter)))


WHOSE: Final = st.sampled_from(["its own", "its own", "its own", "the other's", "nobody's"])
WRONG: Final = st.sampled_from([-1, -1, -2, 1, 0])
"""How far an epoch is from the one that is valid."""


class Strangers(Transactions):
    """Whoever is not the owner, or is so no more, asks for what only the owner may do."""

    requirements = sides.OF_STRANGERS
    weight = 0.6
    real_steps = 10

    def stranger(self, letter: str, whose: str, wrong: int) -> tuple[str, int]:
        """Whose producer id a stranger has, and in which epoch."""
        known = self.known(self.id_of(letter))
        epoch = max(0, (0 if known is None else known.epoch) + wrong)
        other = self.id_of("y" if letter == "x" else "x")
        of = {"its own": "", "the other's": other, "nobody's": NOBODY}[whose]
        return of, epoch

    @rule(
        letter=IDS,
        situation=SITUATIONS,
        whose=WHOSE,
        wrong=WRONG,
        below=st.integers(0, 2),
        partition=PARTITIONS,
        anew=st.booleans(),
    )
    def begins(
        self,
        letter: str,
        situation: str,
        whose: str,
        wrong: int,
        below: int,
        partition: int,
        anew: bool,
    ) -> None:
        """A stranger wants to go on with an epoch."""
        symbol = self.bring(letter, situation, partition, anew=anew)
        of, epoch = self.stranger(letter, whose, wrong)
        begins = InitTransactional(symbol, 5 - below, of=of or symbol, epoch=epoch, name="stranger")
        self.ask(begins)
        self.go_on(letter, partition, anew=anew)

    @rule(
        letter=IDS,
        situation=SITUATIONS,
        whose=WHOSE,
        wrong=WRONG,
        below=st.integers(0, 3),
        partition=PARTITIONS,
        anew=st.booleans(),
    )
    def adds(
        self,
        letter: str,
        situation: str,
        whose: str,
        wrong: int,
        below: int,
        partition: int,
        anew: bool,
    ) -> None:
        """A stranger wants to add partitions."""
        symbol = self.bring(letter, situation, partition, anew=anew)
        of, epoch = self.stranger(letter, whose, wrong)
        both = (("t", 0), ("t", 1))
        self.ask(AddPartitions(symbol, epoch, both, 3 - below, of, name="stranger"))
        self.go_on(letter, partition, anew=anew)

    @rule(
        letter=IDS,
        situation=SITUATIONS,
        whose=WHOSE,
        wrong=WRONG,
        below=BELOW,
        partition=PARTITIONS,
        anew=st.booleans(),
        asks_anew=st.booleans(),
        commit=st.booleans(),
    )
    def ends(
        self,
        letter: str,
        situation: str,
        whose: str,
        wrong: int,
        below: int,
        partition: int,
        anew: bool,
        asks_anew: bool,
        commit: bool,
    ) -> None:
        """A stranger wants to end the transaction."""
        symbol = self.bring(letter, situation, partition, anew=anew)
        of, epoch = self.stranger(letter, whose, wrong)
        version = self.version("EndTxn", below, anew=asks_anew, first_anew=BUMPS)
        self.ask(EndTransaction(symbol, epoch, commit, version, of, name="stranger"))
        self.go_on(letter, partition, anew=anew)

    @rule(
        letter=IDS,
        situation=SITUATIONS,
        whose=WHOSE,
        wrong=WRONG,
        below=BELOW,
        partition=PARTITIONS,
        elsewhere=st.booleans(),
        anew=st.booleans(),
        asks_anew=st.booleans(),
    )
    def writes(
        self,
        letter: str,
        situation: str,
        whose: str,
        wrong: int,
        below: int,
        partition: int,
        elsewhere: bool,
        anew: bool,
        asks_anew: bool,
    ) -> None:
        """A stranger wants to write, or the owner where it added nothing."""
        symbol = self.bring(letter, situation, partition, anew=anew)
        of, epoch = self.stranger(letter, whose, wrong)
        version = self.version("Produce", below, anew=asks_anew, first_anew=ADDS)
        where = 1 - partition if elsewhere else partition
        owner = self.known(of or symbol)
        first = 0 if owner is None else self.next_sequence(owner, where, epoch)
        batch = ProduceInTransaction(
            symbol, epoch, "t", where, first, version=version, of=of, name="stranger"
        )
        self.ask(batch)
        self.go_on(letter, partition, anew=anew)

    @rule(
        letter=IDS,
        partition=PARTITIONS,
        wrong=st.sampled_from([-1, 1]),
        below=BELOW,
        anew=st.booleans(),
        asks_anew=st.booleans(),
    )
    def writes_between(
        self, letter: str, partition: int, wrong: int, below: int, anew: bool, asks_anew: bool
    ) -> None:
        """A stranger's batch comes between two of the owner."""
        symbol = self.bring(letter, "open", partition, anew=anew)
        _, epoch = self.stranger(letter, "its own", wrong)
        version = self.version("Produce", below, anew=asks_anew, first_anew=ADDS)
        stranger = ProduceInTransaction(
            symbol, epoch, "t", partition, 0, version=version, name="stranger"
        )
        self.ask(stranger)
        self.follow(symbol, partition, 0, anew=anew)
        self.end(symbol, commit=True, below=0, anew=anew)
        self.ask(AwaitEnd(symbol))

    @rule(letter=IDS, partition=PARTITIONS, below=BELOW, anew=st.booleans())
    def writes_what_was_not_added(
        self, letter: str, partition: int, below: int, anew: bool
    ) -> None:
        """The owner itself, to another partition than the one that it added."""
        symbol = self.bring(letter, "open", partition, anew=anew)
        self.follow(symbol, 1 - partition, below, anew=False)
        self.go_on(letter, 1 - partition, anew=anew)

    @rule(letter=IDS, situation=SITUATIONS, partition=PARTITIONS, below=st.integers(0, 3))
    def adds_what_is_not_there(
        self, letter: str, situation: str, partition: int, below: int
    ) -> None:
        """The owner itself, with a partition that does not exist."""
        symbol = self.bring(letter, situation, partition, anew=False)
        known = self.known(symbol)
        if known is not None:
            both = (("t", partition), ("t", 7))
            self.ask(AddPartitions(symbol, known.epoch, both, 3 - below))
            self.go_on(letter, partition, anew=False)


test_owners = conformance(Owners)
test_strangers = conformance(Strangers)
