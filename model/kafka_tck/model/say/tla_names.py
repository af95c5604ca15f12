"""The names of a module in TLA+, where a name can stand for one thing only."""

from __future__ import annotations

from collections.abc import Iterable

from kafka_tck.model.say.actions import ActionText, Sayer
from kafka_tck.model.say.tla_state import Ranges, fields_of
from kafka_tck.model.say.tla_terms import Writer
from kafka_tck.model.shapes import Sequence


class Names:
    """What the variables, constants, operators and parameters of a module are called."""

    def __init__(self, sayer: Sayer, symmetric: bool) -> None:
        self.sayer = sayer
        self.symmetric = symmetric
        self.spec = sayer.module
        self.nodes = sayer.given.nodes
        self.texts = list(sayer.actions())
        self.writer = Writer(symmetric, self.at)
        self.variables = [
            said for said, _ in fields_of(self.spec.shape) if said not in sayer.hidden
        ]
        self.constants = self.constant_names()
        self.operators = self.operator_names()
        self.ranges = Ranges(sayer.sizes, self.constants)

    def constant_names(self) -> dict[str, str]:
        """TLA+ names of the sizes that can be constants."""
        return {
            said: f"most_{said}" if said in self.variables else said
            for said, size in self.sayer.sizes.items()
            if size >= 0 and not (self.symmetric and said == "nodes")
        }

    def operator_names(self) -> dict[str, str]:
        """TLA+ names of actions and claims: another one where a variable has the name."""
        taken = {*self.variables, *self.constants.values()}
        said = [*self.spec.actions, *self.spec.claims]
        return {one: f"{one}_" if one in taken else one for one in said}

    @property
    def sequences(self) -> dict[str, Sequence]:
        """The kinds of sequences by their fields, without the nodes on the way."""
        return {
            ".".join(part for part in place.parts if isinstance(part, str)): place.kind
            for place in self.sayer.places
            if isinstance(place.kind, Sequence)
        }

    def at(self, field: str) -> str:
        """The operator that reads a record: after the field alone if that is unambiguous."""
        short = field.split(".")[-1]
        alike = [other for other in self.sequences if other.split(".")[-1] == short]
        return f"{(short if len(alike) == 1 else field).replace('.', '_')}_at"

    def parameters(self, text: ActionText) -> dict[str, str]:
        """TLA+ names of the parameters: a name can stand for one thing only."""
        taken = {*self.variables, *self.operators.values(), *self.constants.values()}
        return {said: f"{said}_" if said in taken else said for said in text.parameters}

    def called(self, action: str, parameters: Iterable[str]) -> str:
        chosen = ", ".join(parameters)
        return f"{self.operators[action]}({chosen})" if chosen else self.operators[action]
