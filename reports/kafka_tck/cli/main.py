"""The console script: a group of commands, each loaded when it is used."""

from importlib import import_module
from typing import Any, Final

import click

COMMANDS: Final = {
    "explore": "kafka_tck.cli.explore:explore",
    "modules": "kafka_tck.cli.modules:modules",
    "mutants": "kafka_tck.cli.mutants:mutants",
    "prove": "kafka_tck.cli.prove:prove",
    "replay": "kafka_tck.cli.replay:replay",
    "seeds": "kafka_tck.cli.seeds:seeds",
    "serve": "kafka_tck.cli.serve:serve",
    "spec": "kafka_tck.cli.spec:spec",
    "storm": "kafka_tck.cli.storm:storm",
}
"""Command name to `module:attribute`. A command is added by one line here."""


INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, where a command has none of its own: nothing was found out."""


class LazyGroup(click.Group):
    """Imports a command's module only when the command is named or listed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        module, _, attribute = found.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kafka-tck")
def main() -> None:
    """An executable specification of Kafka, and the suite that holds brokers to it.

    \b
    Hold a broker to the specification (the suite is a pytest suite):
      pytest --target=reference               the bundled broker, in process
      pytest --target=apache-kafka:4.3.1      the real one, started for you
      pytest --target=wire:HOST:PORT          whatever listens there

    \b
    Ask the specification what a configuration permits:
      kafka-tck explore durability --set acks=1 --find lost
      kafka-tck modules

    \b
    Let clients work while brokers fail, and judge what they were told:
      kafka-tck storm --target=apache-kafka:4.3.1 --minutes 15

    \b
    Have a broker to try things on, honest or wrong on purpose:
      kafka-tck serve --brokers 3
      kafka-tck serve --mutant NAME
    """
