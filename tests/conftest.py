"""How pytest-xdist spreads the tests with `--dist loadfile`: hunts one by one, others by files."""

from typing import Any, Final

import pytest

SPREAD: Final = "test_mutants.py::"
"""A file of many long tests that share nothing: each goes to whoever is free."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a file may share a broker, which is started once in a process."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class ByFileButHunts(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if SPREAD in nodeid else str(super()._split_scope(nodeid))

    return ByFileButHunts(config, log) if config.getvalue("dist") == "loadfile" else None
