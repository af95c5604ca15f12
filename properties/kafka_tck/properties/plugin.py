"""The pytest plug-in: options, the run, verdicts as outcomes, the summary, the results file.

It is loaded by every pytest of whoever installs the suite, so it imports nothing heavy until an
item of the suite is really collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kafka_tck.properties.requirement import Requirement
    from kafka_tck.properties.suite import Suite

_SUITE = pytest.StashKey["PytestSuite"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kafka-tck", "conformance of a Kafka broker")
    add = group.addoption
    add("--target", default="reference", metavar="SPEC",
        help="what to test: reference, reference:WRONG, apache-kafka[:VERSION], "
        "wire:HOST:PORT[,HOST:PORT] or what an installed adapter answers")  # fmt: skip
    add("--nodes", type=int, default=1, metavar="N", help="brokers of a target that we start")
    add("--feature", action="append", default=[], metavar="NAME=LEVEL",
        help="a finalized feature of a target that we start")  # fmt: skip
    add("--config", action="append", default=[], metavar="KEY=VALUE",
        help="a broker setting, by Kafka's name, of a target that we start")  # fmt: skip
    add("--seed", type=int, default=0, metavar="N", help="the same seed runs the same programs")
    add("--kafka-home", metavar="DIR", help="an unpacked Apache Kafka instead of resolved jars")
    add("--behaves-like", metavar="RELEASE",
        help="the Apache Kafka release to hold it to, if not what it looks like")  # fmt: skip
    add("--profile", choices=("seed", "quick", "full", "soak"), default="quick",
        help="how much to try")  # fmt: skip
    add("--requirement", action="append", default=[], metavar="ID",
        help="only requirements whose id starts so; may be repeated")  # fmt: skip
    add("--replay", metavar="FILE", help="run a recorded finding instead of the suite")
    add("--deviations", metavar="FILE", help="your own declared deviations, in TOML")
    add("--results", metavar="FILE", help="write the verdicts as one JSON document")
    add("--history", metavar="FILE", help="write every step as a line of JSON")


class PytestSuite:
    """The suite inside one pytest session; opened when its first item is about to run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.suite: Suite | None = None
        self._history: Any = None

    def start(self, items: list[pytest.Item]) -> None:
        """Opens the target and runs the machines of the collected items."""
        from kafka_tck.adapters.target import Misuse

        try:
            suite = self._opened()
        except Misuse as misuse:
            raise pytest.UsageError(str(misuse)) from None
        machines = list(dict.fromkeys(_machine_of(item) for item in items))
        say = self._reporter()
        suite.run(machines, say)

    def _opened(self) -> Suite:
        from kafka_tck.properties.options import suite_of

        self.suite = suite_of(self.config, self._recorder())
        self.suite.open()
        return self.suite

    def _recorder(self) -> Any:
        path = self.config.getoption("--history")
        if path is None:
            return lambda event: None
        from kafka_tck.evidence.events import to_line

        self._history = Path(path).open("w")  # noqa: SIM115  # closed with the session
        return lambda event: self._history.write(to_line(event) + "\n")

    def _reporter(self) -> Any:
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal is None or self.config.getoption("verbose") < 0:
            return lambda line: None
        return lambda line: terminal.rewrite(f"running {line} ... ", erase=True)

    def report(self, requirement: Requirement) -> None:
        """The verdict on a requirement as pytest's outcome."""
        from kafka_tck.properties.session import Verdict

        assert self.suite is not None
        judged = self.suite.verdict_on(requirement)
        if judged.verdict is Verdict.FAIL:
            pytest.fail(judged.reason, pytrace=False)
        if judged.verdict is Verdict.DEVIATES:
            pytest.xfail(judged.reason)
        if judged.verdict is not Verdict.PASS:
            pytest.skip(f"{judged.verdict.value}: {judged.reason}")

    def close(self) -> None:
        if self.suite is not None:
            self.suite.close()
        if self._history is not None:
            self._history.close()


def pytest_configure(config: pytest.Config) -> None:
    # kafka-python loads its schemas in a way that some Python releases call deprecated.
    quiet = "ignore:(read|open)_text is deprecated:DeprecationWarning"
    config.addinivalue_line("filterwarnings", quiet)
    config.stash[_SUITE] = PytestSuite(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    suite = config.stash.get(_SUITE, None)
    if suite is not None:
        suite.close()


def _machine_of(item: pytest.Item) -> Any:
    return getattr(getattr(item, "function", None), "kafka_tck_machine", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--requirement")
    if config.getoption("--replay"):
        _keep(config, items, lambda item: False)
    elif wanted:
        if not hasattr(config, "workerinput"):  # a worker of xdist has nobody to tell
            _check_prefixes(wanted, [_id_of(item) for item in items if _machine_of(item)])
        _keep(config, items, lambda item: _id_of(item).startswith(tuple(wanted)))


def _id_of(item: pytest.Item) -> str:
    """The id of the requirement that an item of the suite is about."""
    requirement: Requirement = item.callspec.params["requirement"]  # type: ignore[attr-defined]
    return requirement.id


def _check_prefixes(wanted: list[str], collected: list[str]) -> None:
    """Raises `pytest.UsageError` for a prefix of no id, or if no item that is there is wanted."""
    missing = [p for p in wanted if not any(id_.startswith(p) for id_ in collected)]
    if not missing or not collected:
        return
    from kafka_tck.properties.coverage import listed

    known = {*collected, *listed()}
    for prefix in missing:
        if not any(id_.startswith(prefix) for id_ in known):
            near = " or ".join(_nearest(prefix, known))
            raise pytest.UsageError(f"no requirement's id starts with {prefix!r}: try {near}")
    if len(missing) == len(wanted):
        raise pytest.UsageError(f"no file named here exercises {' or '.join(missing)}")


def _nearest(prefix: str, known: set[str]) -> list[str]:
    """Ids and areas that were perhaps meant, or else all areas."""
    areas = sorted({id_.partition(".")[0] for id_ in known})
    near = get_close_matches(prefix, known, n=3) or get_close_matches(prefix, areas, n=3)
    return near or [id_ for id_ in sorted(known) if prefix in id_][:3] or areas


def _keep(config: pytest.Config, items: list[pytest.Item], wanted: Any) -> None:
    dropped = [item for item in items if _machine_of(item) is not None and not wanted(item)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    ours = [item for item in session.items if _machine_of(item) is not None]
    replay = session.config.getoption("--replay")
    if replay and not session.config.option.collectonly:
        session.items.clear()  # the loop runs nothing of its own then
        result = yield
        _replay(session, Path(replay))
        return result
    if ours and not session.config.option.collectonly and not session.testsfailed:
        session.config.stash[_SUITE].start(ours)
    return (yield)


def _replay(session: pytest.Session, path: Path) -> None:
    from kafka_tck.adapters.target import Misuse

    running = session.config.stash[_SUITE]
    try:
        shown = running._opened().replay_file(path)
    except Misuse as misuse:
        raise pytest.UsageError(str(misuse)) from None
    session.testscollected = 1
    session.testsfailed = 0 if shown is None else 1
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(shown or f"{path}: every step is answered as it must be")


@pytest.fixture(scope="session")
def kafka_tck_suite(request: pytest.FixtureRequest) -> PytestSuite:
    """The running suite, for the items that `conformance` makes."""
    return request.config.stash[_SUITE]


def pytest_report_header(config: pytest.Config) -> str | None:
    return f"kafka-tck: target {config.getoption('--target')}, seed {config.getoption('--seed')}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    running = config.stash.get(_SUITE, None)
    if running is None or running.suite is None or not running.suite.judged:
        return
    from kafka_tck.properties.results import summary_lines, write_results

    terminalreporter.section("kafka-tck")
    for line in summary_lines(running.suite):
        terminalreporter.write_line(line)
    path = config.getoption("--results")
    if path:
        write_results(running.suite, Path(path))
        terminalreporter.write_line(f"results: {path}")
