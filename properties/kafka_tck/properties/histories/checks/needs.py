"""What every target of a storm must have."""

from typing import Final

NEEDS: Final = frozenset({"nodes.3", "fault.kill"})
