"""What machines of transactions share: two ids, their owners, and the versions that they speak."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from kafka_tck.model.coordination.transaction import State, Transaction
from kafka_tck.model.coordination.writing import ADDS
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.transactions.adding import AddPartitions
from kafka_tck.properties.operations.transactions.believed import coordinated
from kafka_tck.properties.operations.transactions.ending import BUMPS, EndTransaction
from kafka_tck.properties.operations.transactions.initialising import InitTransactional
from kafka_tck.properties.operations.transactions.showing import AwaitEnd, DescribeTransaction
from kafka_tck.properties.operations.transactions.writing import ProduceInTransaction

IDS: Final = st.sampled_from(["x", "y"])
PARTITIONS: Final = st.integers(0, 1)
BELOW: Final = st.sampled_from([0, 0, 0, *range(1, 6)])
"""How many versions below the newest to ask."""
SITUATIONS: Final = st.sampled_from(["as it is", "begun", "open", "open", "ending", "ended"])


class Transactions(Machine):
    """Two ids with their owners. Of an id that answered wrongly another takes the place."""

    @initialize()
    def make_topic(self) -> None:
        self.turns = {"x": 0, "y": 0}
        self.do(MakeTopic("t", 2))

    def ask(self, step: Operation) -> str:
        """One step, and the error it had; of an id that answered wrongly nothing is asked."""
        if getattr(step, "id", None) in coordinated(self.belief).lost:
            return "lost"
        return str(self.do(step).answer.get("error"))

    def id_of(self, letter: str) -> str:
        """The id that has the letter now."""
        while (symbol := f"{letter}{self.turns[letter]}") in coordinated(self.belief).lost:
            self.turns[letter] += 1
        return symbol

    def renew(self, letter: str) -> None:
        """Another id takes the place of this one, without its past."""
        self.turns[letter] += 1

    def known(self, symbol: str) -> Transaction | None:
        return coordinated(self.belief).ids.get(symbol)

    def owned(self, letter: str) -> tuple[str, Transaction]:
        """An id that has an owner, and what is known of it."""
        symbol = self.id_of(letter)
        if self.known(symbol) is None:
            self.ask(InitTransactional(symbol))
        known = self.known(symbol)
        return symbol, known or Transaction(State.EMPTY, -1, 0, 0)

    @property
    def has_new_protocol(self) -> bool:
        return self.session.profile.features.get("transaction.version", 0) >= 1

    def version(self, api: str, below: int, *, anew: bool, first_anew: int) -> int:
        """A version of the old protocol or of the new one, as far as the target has it."""
        profile = self.session.profile
        versions = list(profile.versions(api))
        old = [v for v in versions if v < first_anew and v >= _OLDEST.get(api, 0)]
        new = [v for v in versions if v >= first_anew]
        chosen = new if anew and self.has_new_protocol else old
        return chosen[-1 - below % len(chosen)]

    def follow(self, symbol: str, partition: int, below: int, *, anew: bool) -> None:
        """The owner's next batch."""
        known = self.known(symbol)
        if known is None:
            return
        version = self.version("Produce", below, anew=anew, first_anew=ADDS)
        first = self.next_sequence(known, partition, known.epoch)
        self.ask(ProduceInTransaction(symbol, known.epoch, "t", partition, first, version=version))

    def write_as(self, symbol: str, epoch: int, partition: int, *, anew: bool) -> None:
        """A batch under some epoch, with the sequence that its sender would give it."""
        known = self.known(symbol)
        if known is not None:
            version = self.version("Produce", 0, anew=anew, first_anew=ADDS)
            first = self.next_sequence(known, partition, epoch)
            self.ask(ProduceInTransaction(symbol, epoch, "t", partition, first, version=version))

    def next_sequence(self, known: Transaction, partition: int, epoch: int) -> int:
        here = coordinated(self.belief).at(known.producer_id, "t", partition)
        return here.known.last + 1 if here.known.epoch == epoch else 0

    def end(self, symbol: str, *, commit: bool, below: int, anew: bool) -> None:
        known = self.known(symbol)
        if known is not None:
            version = self.version("EndTxn", below, anew=anew, first_anew=BUMPS)
            self.ask(EndTransaction(symbol, known.epoch, commit, version))

    def begin(self, letter: str, partition: int, below: int, *, anew: bool) -> str:
        """The owner has a transaction open, with a batch in it."""
        symbol, _ = self.owned(letter)
        if not (anew and self.has_new_protocol):
            self.add(symbol, (partition,), below)
        self.follow(symbol, partition, below, anew=anew)
        return symbol

    def add(self, symbol: str, partitions: tuple[int, ...], below: int = 0) -> None:
        known = self.known(symbol)
        if known is not None:
            version = 3 - below % 4
            wanted = tuple(("t", partition) for partition in partitions)
            self.ask(AddPartitions(symbol, known.epoch, wanted, version))

    def bring(self, letter: str, situation: str, partition: int, *, anew: bool) -> str:
        """Has the owner bring an id into a situation, in a life that is not its first."""
        if situation != "as it is":
            self.renew(letter)
        symbol, known = self.owned(letter)
        if known.epoch == 0 or situation == "begun":
            self.begin_anew(symbol)
        if situation in ("open", "ending", "ended"):
            self.begin(letter, partition, 0, anew=anew)
        if situation in ("ending", "ended"):
            self.end(symbol, commit=partition == 0, below=0, anew=anew)
        if situation == "ended":
            self.ask(AwaitEnd(symbol))
        return self.id_of(letter)

    def begin_anew(self, symbol: str) -> None:
        begins = InitTransactional(symbol)
        if self.ask(begins) == "CONCURRENT_TRANSACTIONS":
            self.ask(AwaitEnd(symbol))
            self.ask(begins)

    def go_on(self, letter: str, partition: int, *, anew: bool) -> None:
        """The owner writes and ends, as if nothing had been; all is as it must be."""
        symbol = self.id_of(letter)
        self.ask(AwaitEnd(symbol))
        symbol = self.begin(letter, partition, 0, anew=anew)
        self.ask(DescribeTransaction(symbol))
        self.end(symbol, commit=True, below=0, anew=anew)
        self.ask(AwaitEnd(symbol))


_OLDEST: Final = {"Produce": 3}
