"""Where a rule comes from. A source is data beside the rule, never prose inside it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KIP:
    """A Kafka Improvement Proposal."""

    number: int
    section: str = ""

    def __str__(self) -> str:
        return f"KIP-{self.number}" + (f", {self.section}" if self.section else "")


@dataclass(frozen=True)
class Code:
    """A symbol of Apache Kafka's source, and the release it was read in."""

    symbol: str
    release: str = "4.3"

    def __str__(self) -> str:
        return f"{self.symbol} ({self.release})"


@dataclass(frozen=True)
class Docs:
    """A place in the documentation or the protocol guide."""

    place: str

    def __str__(self) -> str:
        return f"documentation, {self.place}"


@dataclass(frozen=True)
class Measured:
    """An answer that real releases gave when they were asked."""

    releases: str
    what: str = ""

    def __str__(self) -> str:
        return f"measured on {self.releases}" + (f": {self.what}" if self.what else "")


@dataclass(frozen=True)
class Text:
    """A place in a public text: a specification, an article, an issue."""

    work: str
    place: str = ""

    def __str__(self) -> str:
        return self.work + (f", {self.place}" if self.place else "")


Source = KIP | Code | Docs | Measured | Text
