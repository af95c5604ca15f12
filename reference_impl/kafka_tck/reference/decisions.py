"""What the controller decides of one entry of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka_tck.reference.records import MetadataRecord


@dataclass(frozen=True, slots=True)
class Decision:
    """The entry's answer, and the records that make it true; none for a refusal."""

    answer: Mapping[str, Any]
    records: list[MetadataRecord] = field(default_factory=list)

    @property
    def is_refusal(self) -> bool:
        return bool(self.answer["error_code"])
