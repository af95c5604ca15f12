"""Machines that ask in many versions of their requests."""

from typing import Final

from hypothesis import strategies as st

from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.producing.forged import Part, ProduceForged
from kafka_tck.properties.operations.producing.forging import Forged

VERSION: Final = st.sampled_from([0, 0, *range(1, 16)])
"""How many versions below the newest to ask; 0 is the newest itself."""

OLDEST_WHOLE: Final = {"Produce": 3, "Fetch": 4, "ListOffsets": 1}
"""The first versions that speak of batches of magic 2, and of single offsets."""


class Versioned(Machine):
    """Chooses among the versions that the target has."""

    def version_of(self, api: str, below: int) -> int:
        """A supported version of the API, so many below the newest, beginning anew at the end."""
        oldest = OLDEST_WHOLE.get(api, 0)
        versions = [v for v in self.session.profile.versions(api) if v >= oldest]
        return versions[-1 - below % len(versions)]

    def produce_forged(self, below: int, batch: Forged, topic: str = "t") -> None:
        """One forged batch to the first partition of a topic."""
        version = self.version_of("Produce", below)
        self.do(ProduceForged((Part(topic, 0, batch),), version=version))
