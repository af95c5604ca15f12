"""Which tests pytest-xdist keeps in one process, with `--dist loadgroup`: those of one file."""

from typing import Final

import pytest

SPREAD: Final = {"test_mutants.py"}
"""Files of many long tests that share nothing: each of these goes to whoever is free."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests of a file may share a broker, which is started once in a process."""
    if item.config.pluginmanager.hasplugin("xdist") and item.path.name not in SPREAD:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
