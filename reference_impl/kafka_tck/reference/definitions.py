"""One configuration value: its name, type, default, and what Kafka says of a wrong one.

Source: org.apache.kafka.common.config.ConfigDef, 4.3.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import IntEnum
from typing import Final

from kafka_tck.reference.log.config import TRIMMED

Value = bool | int | float | str | tuple[str, ...] | None
"""A parsed value; a list is a tuple of strings."""

LONG_MAX: Final = 2**63 - 1
INT_MAX: Final = 2**31 - 1

_PAIR: Final = re.compile(r"[0-9]+:[0-9]+")


class Kind(IntEnum):
    """The type of a config, with the code that DescribeConfigs gives it."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7


class BadConfig(Exception):
    """A name that does not exist or a value that it cannot have; the text is Kafka's."""


Check = Callable[[str, Value], None]
"""Raises `BadConfig` for a value out of range."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What one config is. `synonyms` are broker settings, the first that is set wins."""

    name: str
    kind: Kind
    default: str | None
    check: Check | None = None
    synonyms: tuple[str, ...] = ()
    server_default: str | None = None
    """The broker setting that stands for this topic config when nothing else is set."""
    dynamic: bool = False
    hidden: bool = False
    """Settings that DescribeConfigs does not list."""

    def parse(self, text: str) -> Value:
        """The value that this text means. Raises `BadConfig`."""
        value = _PARSERS[self.kind](self.name, text.strip(TRIMMED))
        if self.check is not None:
            self.check(self.name, value)
        return value


def _fail(name: str, value: object, why: str) -> BadConfig:
    return BadConfig(f"Invalid value {value} for configuration {name}: {why}")


def _boolean(name: str, text: str) -> Value:
    if text.lower() not in ("true", "false"):
        raise _fail(name, text, "Expected value to be either true or false")
    return text.lower() == "true"


def _whole(bits: int, what: str) -> Callable[[str, str], Value]:
    def parse(name: str, text: str) -> Value:
        try:
            value = int(text) if "_" not in text else None
        except ValueError:
            value = None
        if value is None or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise _fail(name, text, f"Not a number of type {what}")
        return value

    return parse


def _double(name: str, text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        raise _fail(name, text, "Not a number of type DOUBLE") from None


def _list(_name: str, text: str) -> Value:
    return tuple(dict.fromkeys(part.strip(TRIMMED) for part in text.split(","))) if text else ()


_PARSERS: Final[dict[Kind, Callable[[str, str], Value]]] = {
    Kind.BOOLEAN: _boolean,
    Kind.STRING: lambda _name, text: text,
    Kind.INT: _whole(32, "INT"),
    Kind.SHORT: _whole(16, "SHORT"),
    Kind.LONG: _whole(64, "LONG"),
    Kind.DOUBLE: _double,
    Kind.LIST: _list,
}


def at_least(low: float) -> Check:
    return between(low, None)


def between(low: float, high: float | None) -> Check:
    """Both ends are allowed values."""

    def check(name: str, value: Value) -> None:
        if not isinstance(value, int | float):
            raise _fail(name, value, "Value must be non-null")
        if value < low:
            raise _fail(name, value, f"Value must be at least {low}")
        if high is not None and value > high:
            raise _fail(name, value, f"Value must be no more than {high}")

    return check


def one_of(*allowed: str) -> Check:
    def check(name: str, value: Value) -> None:
        if value not in allowed:
            raise _fail(name, value, f"String must be one of: {', '.join(allowed)}")

    return check


def some_of(*allowed: str) -> Check:
    def check(name: str, value: Value) -> None:
        for item in value if isinstance(value, tuple) else ():
            if item not in allowed:
                raise _fail(name, item, f"String must be one of: {', '.join(allowed)}")

    return check


def gzip_level(name: str, value: Value) -> None:
    if not isinstance(value, int) or not (1 <= value <= 9 or value == -1):
        raise _fail(name, value, "Value must be between 1 and 9 or equal to -1")


def throttled(name: str, value: Value) -> None:
    """A list of partition:broker, or "*" for all."""
    pairs = value if isinstance(value, tuple) else ()
    if pairs != ("*",) and not all(_PAIR.fullmatch(pair) for pair in pairs):
        raise _fail(
            name,
            f"[{', '.join(pairs)}]",
            f"{name} must be the literal '*' or a list of replicas in the following format: "
            "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
        )


def shown(kind: Kind, value: Value) -> str | None:
    """A value as DescribeConfigs writes it (`ConfigDef.convertToString`)."""
    if value is None:
        return None
    if kind is Kind.BOOLEAN:
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return _shown_double(value) if isinstance(value, float) else str(value)


def _shown_double(value: float) -> str:
    """As Java's Double.toString: with an exponent below 0.001 and from ten million on."""
    if math.isnan(value) or math.isinf(value):
        return str(value).replace("nan", "NaN").replace("inf", "Infinity")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return str(value)
    number = Decimal(repr(value)).normalize()
    exponent = number.adjusted()
    return f"{float(number.scaleb(-exponent))}E{exponent}"


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: `; did you mean ...?`, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def table(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    return {definition.name: definition for definition in definitions}
