"""What every target of a storm must have."""

from typing import Final

NEEDS: Final = frozenset({"nodes.3", "fault.kill"})
TRANSACTIONAL: Final = NEEDS | {"api.EndTxn"}
"""What it must have besides, where somebody writes in transactions."""
GROUPED: Final = NEEDS | {"api.JoinGroup"}
"""The same, where a group reads."""
