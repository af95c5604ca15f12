"""A module of the specification as a TLA+ module, so that TLC can check our counts and claims.

It is exact at its settings: nodes, sizes and the module's settings are those given, and what says
`for every node` was read back from as many nodes. A step out of the declared ranges is not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from kafka_tck.model.say.actions import Sayer
from kafka_tck.model.say.tla_actions import Actions, comment
from kafka_tck.model.say.tla_state import blank, fields_of, value
from kafka_tck.model.shapes import Given
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

_POSSIBLE: Final = "Always possible (AG EF, of which TLA+ has no formula): "


@dataclass(frozen=True)
class TlaModule:
    """The text of a TLA+ module, and of the configuration with which TLC checks it."""

    name: str
    text: str
    cfg: str

    def write(self, directory: Path) -> Path:
        """Writes NAME.tla and NAME.cfg; the path of the module."""
        (directory / f"{self.name}.cfg").write_text(self.cfg, "utf-8")
        path = directory / f"{self.name}.tla"
        path.write_text(self.text, "utf-8")
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


class _Export(Actions):
    """Writes a whole module."""

    # the module

    def module(self) -> TlaModule:
        body = [
            self._type_ok(),
            self._init(),
            *(self.action(text) for text in self.texts),
            self._step(),
            "Next == Step /\\ TypeOk'",
            f"Spec == Init /\\ [][Next]_<<{', '.join(self.variables)}>>",
            *self._claims(),
            "=" * 78,
        ]
        parts = [self._opening(), *self._sized(), *self._helpers("\n".join(body)), *body]
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
        return f"{rule}\n{comment(said)}\nEXTENDS Integers, Sequences, FiniteSets, TLC"

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

    def _helpers(self, body: str) -> Iterator[str]:
        """The operators that the rest of the module uses."""
        used = [text for name, text in _HELPERS.items() if f"{name}(" in body]
        if used:
            yield "\n".join(used)
        for field, kind in self.sequences.items():
            if f"{self.at(field)}(" in body:
                yield (
                    f"{self.at(field)}(S, I) ==\n"
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

    def _step(self) -> str:
        lines = ["Step =="]
        for text in self.texts:
            called = self.parameters(text)
            ranges = [
                f"\\E {called[said]} \\in {self._domain(text.action.domains[said])} : "
                for said in text.parameters
            ]
            lines.append(f"  \\/ {''.join(ranges)}{self.called(text.action.name, called.values())}")
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
        for promise in self.spec.possible_claims.values():
            yield from self._claim(promise, _POSSIBLE)
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
            yield f"{comment([word + promise.sentence])}\n{said} ==\n  {self.writer.text(expr, 2)}"

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
