"""A module of the specification as a TLA+ module, so that TLC can check our counts and claims.

It is exact at its settings: nodes, sizes and the module's settings are those given, and what says
`for every node` was read back from as many nodes. A step out of the declared ranges is not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from kafka_tck.model.say.actions import ActionText, Change, Sayer
from kafka_tck.model.say.expr import TRUE, Expr, mapped, name, node
from kafka_tck.model.say.tla_shared import replaced, shared
from kafka_tck.model.say.tla_state import Ranges, blank, fields_of, value
from kafka_tck.model.say.tla_terms import Writer
from kafka_tck.model.shapes import Given, Sequence
from kafka_tck.model.spec import Among, Domain, Module, Nodes, Promise

_HELPERS: Final = {
    "UpTo": "UpTo(C, S) == {Q \\in Seq(S) : Len(Q) <= C}",
    "Least": "Least(A, B) == IF A <= B THEN A ELSE B",
    "Most": "Most(A, B) == IF A >= B THEN A ELSE B",
    "LeastOf": "LeastOf(S) == CHOOSE I \\in S : \\A J \\in S : I <= J",
    "MostOf": "MostOf(S) == CHOOSE I \\in S : \\A J \\in S : I >= J",
    "Cut": "Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))",
    "Put": "Put(S, I, R) == IF I \\in 0..(Len(S) - 1) THEN [S EXCEPT ![I + 1] = R] ELSE S",
    "FirstWhere": "FirstWhere(C, Holds(_)) ==\n"
    "  IF \\A I \\in 0..(C - 1) : ~Holds(I) THEN C\n"
    "  ELSE CHOOSE I \\in 0..(C - 1) : Holds(I) /\\ \\A J \\in 0..(I - 1) : ~Holds(J)",
    "LastWhere": "LastWhere(C, Holds(_)) ==\n"
    "  IF \\A I \\in 0..(C - 1) : ~Holds(I) THEN 0\n"
    "  ELSE 1 + CHOOSE I \\in 0..(C - 1) :\n"
    "             Holds(I) /\\ \\A J \\in (I + 1)..(C - 1) : ~Holds(J)",
}


@dataclass(frozen=True)
class TlaModule:
    """The text of a TLA+ module, and of the configuration with which TLC checks it."""

    name: str
    text: str
    cfg: str

    def write(self, directory: Path) -> Path:
        """Writes NAME.tla and NAME.cfg; the path of the module."""
        (directory / f"{self.name}.cfg").write_text(self.cfg)
        path = directory / f"{self.name}.tla"
        path.write_text(self.text)
        return path


def tla(
    module: Module[Any],
    given: Given | None = None,
    bounds: Mapping[str, int] | None = None,
    *,
    symmetric: bool = False,
    ghosts: bool = False,
) -> TlaModule:
    """The module in TLA+. Nodes are the numbers from 0 on, or model values if `symmetric`.

    Raises `Unsayable` if nodes should be model values and the module counts with them.
    """
    sayer = Sayer(module, given or module.given, bounds or {}, ghosts)
    return _Export(sayer, symmetric).module()


class _Export:
    def __init__(self, sayer: Sayer, symmetric: bool) -> None:
        self.sayer = sayer
        self.symmetric = symmetric
        self.spec = sayer.module
        self.nodes = sayer.given.nodes
        self.texts = list(sayer.actions())
        self.writer = Writer(symmetric, self._at)
        self.variables = [
            said for said, _ in fields_of(self.spec.shape) if said not in sayer.hidden
        ]
        self.constants = self._constants()
        self.operators = self._operators()
        self.ranges = Ranges(sayer.sizes, self.constants)

    # names

    def _constants(self) -> dict[str, str]:
        """TLA+ names of the sizes that can be constants."""
        return {
            said: f"most_{said}" if said in self.variables else said
            for said, size in self.sayer.sizes.items()
            if size >= 0 and not (self.symmetric and said == "nodes")
        }

    def _operators(self) -> dict[str, str]:
        """TLA+ names of actions and claims: another one where a variable has the name."""
        taken = {*self.variables, *self.constants.values()}
        claims = [*self.spec.actions, *self.spec.always_claims, *self.spec.sometimes_claims]
        claims += self.spec.anomalies
        return {said: f"{said}_" if said in taken else said for said in claims}

    @property
    def _sequences(self) -> dict[str, Sequence]:
        """The kinds of sequences by their fields, without the nodes on the way."""
        return {
            ".".join(part for part in place.parts if isinstance(part, str)): place.kind
            for place in self.sayer.places
            if isinstance(place.kind, Sequence)
        }

    def _at(self, field: str) -> str:
        """The operator that reads a record: after the field alone if that is unambiguous."""
        short = field.split(".")[-1]
        alike = [other for other in self._sequences if other.split(".")[-1] == short]
        return f"{(short if len(alike) == 1 else field).replace('.', '_')}_at"

    # the module

    def module(self) -> TlaModule:
        type_ok, step = self._type_ok(), self._step()
        parts = [
            self._opening(),
            *self._sized(),
            *self._helpers(),
            type_ok,
            self._init(),
            *(self._action(text) for text in self.texts),
            step,
            "Next == Step /\\ TypeOk'",
            f"Spec == Init /\\ [][Next]_<<{', '.join(self.variables)}>>",
            *self._claims(),
            "=" * 78,
        ]
        return TlaModule(self.spec.name, "\n\n".join(parts) + "\n", self._cfg())

    def _opening(self) -> str:
        head = f" MODULE {self.spec.name} "
        rule = head.center(78, "-")
        settings = [
            f"{f.name} = {getattr(self.sayer.given, f.name)}" for f in fields(self.sayer.given)
        ]
        said = [
            *(self.spec.doc or "").strip().splitlines(),
            "",
            f"Written by kafka-tck for {', '.join(settings)}.",
            "A step out of the ranges of TypeOk is not taken.",
        ]
        return f"{rule}\n{_comment(said)}\nEXTENDS Integers, Sequences, FiniteSets, TLC"

    def _sized(self) -> Iterator[str]:
        sizes = self._used()
        if self.symmetric:
            named = [f"n{n}" for n in range(self.nodes)]
            yield f"CONSTANTS {', '.join([*sizes, 'Nobody', *named])}"
            pinned = ", ".join(f"n{n}" for n in self.spec.pinned)
            moved = f"Nodes \\ {{{pinned}}}" if pinned else "Nodes"
            yield f"Nodes == {{{', '.join(named)}}}\n\nSymmetry == Permutations({moved})"
        else:
            yield f"CONSTANTS {', '.join([*sizes, self.constants['nodes']])}"
            yield f"Nodes == 0..({self.constants['nodes']} - 1)\nNobody == -1"
        yield f"VARIABLES {', '.join(self.variables)}"

    def _used(self) -> list[str]:
        """The constants that the ranges speak of, without the number of nodes."""
        return sorted(self.ranges.used - {self.constants.get("nodes", "")})

    def _helpers(self) -> Iterator[str]:
        yield "\n".join(_HELPERS.values())
        for field, kind in self._sequences.items():
            yield (
                f"{self._at(field)}(S, I) ==\n"
                f"  IF I \\in 0..(Len(S) - 1) THEN S[I + 1]\n"
                f"  ELSE {self.writer.line(blank(kind))}"
            )

    def _type_ok(self) -> str:
        lines = [
            f"  /\\ {said} \\in {self.ranges.of(kind, len(said) + 9)}"
            for said, kind in fields_of(self.spec.shape)
            if said in self.variables
        ]
        return "\n".join(["TypeOk ==", *lines])

    def _init(self) -> str:
        values = self.spec.initial_state(self.sayer.given)
        lines = [
            f"  /\\ {said} = "
            + self.writer.text(value(kind, said, values, self.nodes), len(said) + 8)
            for said, kind in fields_of(self.spec.shape)
            if said in self.variables
        ]
        return "Init ==\n" + "\n".join(lines)

    # actions

    def _parameters(self, text: ActionText) -> dict[str, str]:
        """TLA+ names of the parameters: a name can stand for one thing only."""
        taken = {*self.variables, *self.operators.values(), *self.constants.values()}
        return {said: f"{said}_" if said in taken else said for said in text.parameters}

    def _action(self, text: ActionText) -> str:
        called = self._parameters(text)
        guards = {said: _renamed(expr, called) for said, expr in text.guards.items()}
        guards = {said: expr for said, expr in guards.items() if expr != TRUE}
        changes = [
            Change(
                tuple(_renamed(p, called) if isinstance(p, Expr) else p for p in change.target),
                _renamed(change.value, called),
            )
            for change in text.changes
        ]
        head = self._called(text.action.name, called.values())
        taken = frozenset({*self.variables, *self.operators.values(), *called.values()})
        everything = [*guards.values(), *(change.value for change in changes)]
        names = shared(everything, called.values(), taken)
        body = [*self._guards(guards, names), *self._effects(changes, names)]
        lines = [f"{head} ==", *self._definitions(names), *body]
        return _comment([text.action.sentence]) + "\n" + "\n".join(lines)

    def _called(self, action: str, parameters: Iterable[str]) -> str:
        chosen = ", ".join(parameters)
        return f"{self.operators[action]}({chosen})" if chosen else self.operators[action]

    def _definitions(self, names: list[tuple[str, Expr]]) -> Iterator[str]:
        """The smaller ones first: a larger one may use them."""
        for at, (said, expr) in reversed(list(enumerate(names))):
            known = names[at + 1 :]
            word = "LET" if at == len(names) - 1 else "   "
            lead = f"  {word} {said} == "
            yield lead + self.writer.text(replaced(expr, known), len(lead))
        if names:
            yield "  IN"

    def _guards(self, guards: Mapping[str, Expr], names: list[tuple[str, Expr]]) -> Iterator[str]:
        for said, expr in guards.items():
            yield f"  \\* {said}"
            yield f"  /\\ {self.writer.text(replaced(expr, names), 5)}"

    def _effects(self, changes: list[Change], names: list[tuple[str, Expr]]) -> Iterator[str]:
        for field in dict.fromkeys(change.field for change in changes):
            here = [change for change in changes if change.field == field]
            yield f"  /\\ {field}' = {self._new_value(field, here, names)}"
        stays = [said for said in self.variables if all(c.field != said for c in changes)]
        if stays:
            yield f"  /\\ UNCHANGED <<{', '.join(stays)}>>"

    def _new_value(self, field: str, changes: list[Change], names: list[tuple[str, Expr]]) -> str:
        start = 9 + len(field)
        said = [(change.target[1:], replaced(change.value, names)) for change in changes]
        if not said[0][0]:
            return self.writer.value(said[0][1], start)
        if said[0][0][0] is None:
            return self._for_every_node(field, said)
        start += len(field) + 9
        updates = []
        for steps, new in said:
            lead = f"!{self._target(steps)} = "
            updates.append(lead + self.writer.value(new, start + len(lead)))
        joint = ",\n" + " " * start
        return f"[{field} EXCEPT {joint.join(updates)}]"

    def _for_every_node(self, field: str, said: list[tuple[tuple[Any, ...], Expr]]) -> str:
        """Every node's entry changes: each value is a function of the node."""
        updates = [
            f"!{self._target(steps[1:])} = {self.writer.line(_applied(new, 'n'))}"
            for steps, new in said
        ]
        return f"[n \\in Nodes |-> [{field}[n] EXCEPT {', '.join(updates)}]]"

    def _target(self, steps: tuple[Any, ...]) -> str:
        path = self.writer.path(("", *steps))
        return path if path.startswith("[") else f".{path}"

    def _step(self) -> str:
        lines = ["Step =="]
        for text in self.texts:
            called = self._parameters(text)
            ranges = [
                f"\\E {called[said]} \\in {self._domain(text.action.domains[said])} : "
                for said in text.parameters
            ]
            lines.append(
                f"  \\/ {''.join(ranges)}{self._called(text.action.name, called.values())}"
            )
        return "\n".join(lines)

    def _domain(self, domain: Domain) -> str:
        match domain:
            case Nodes():
                return "(Nodes \\cup {Nobody})" if domain.or_none else "Nodes"
            case Among():
                return f"{{{', '.join(map(str, domain.choices))}}}"
        return self.ranges.numbers(domain.low, domain.high)

    # claims

    def _claims(self) -> Iterator[str]:
        for promise in self.spec.always_claims.values():
            yield from self._claim(promise, "Always: ")
        for promise in self.spec.sometimes_claims.values():
            yield from self._claim(promise, "Sometimes: ")
        for promise in self.spec.anomalies.values():
            yield from self._claim(promise, "Anomaly: ")
        for said in self._findable():
            yield f"never_{said} == ~{self.operators[said]}"

    def _claim(self, promise: Promise[Any], word: str) -> Iterator[str]:
        expr = self.sayer.claim(promise)
        if expr is not None:
            said = self.operators[promise.name]
            yield f"{_comment([word + promise.sentence])}\n{said} ==\n  {self.writer.text(expr, 2)}"

    def _findable(self) -> list[str]:
        wanted = {**self.spec.sometimes_claims, **self.spec.anomalies}
        return [said for said, of in wanted.items() if self.sayer.claim(of) is not None]

    def _cfg(self) -> str:
        said_as = {called: said for said, called in self.constants.items()}
        values = {called: str(self.sayer.sizes[said_as[called]]) for called in self._used()}
        if self.symmetric:
            values |= {said: said for said in ("Nobody", *(f"n{n}" for n in range(self.nodes)))}
        else:
            values[self.constants["nodes"]] = str(self.nodes)
        held = [
            self.operators[said]
            for said, of in self.spec.always_claims.items()
            if self.sayer.claim(of) is not None
        ]
        lines = ["SPECIFICATION Spec", "CHECK_DEADLOCK FALSE", "CONSTANTS"]
        lines += [f"  {said} = {size}" for said, size in values.items()]
        lines += ["INVARIANTS", "  TypeOk", *(f"  {said}" for said in held)]
        lines += ["SYMMETRY Symmetry"] if self.symmetric else []
        lines += [f"\\* TLC finds one if you add: INVARIANT never_{s}" for s in self._findable()]
        return "\n".join(lines) + "\n"


def _renamed(expr: Expr, called: Mapping[str, str]) -> Expr:
    def change(part: Expr) -> Expr | None:
        if part.op in ("name", "index") and part.args[0] in called:
            return Expr(part.op, (called[part.args[0]],), part.is_node)
        return None

    return mapped(expr, change)


def _applied(function: Expr, said: str) -> Expr:
    """What a function from nodes says of one node."""
    if function.op != "function":
        at = (*function.args, name(said, True))
        return Expr(function.op, at)
    bound, body = function.args
    return _renamed(body, {bound: said})


def _comment(lines: Iterable[str]) -> str:
    return "\n".join(f"\\* {line}".rstrip() for line in lines)


__all__ = ["TlaModule", "node", "tla"]
