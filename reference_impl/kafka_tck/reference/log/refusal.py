"""What the log says when it does not do what it was asked."""

RecordErrors = tuple[tuple[int, str | None], ...]
"""The index of each faulty record in its batch, and what is wrong with it (KIP-467)."""


class Refusal(Exception):
    """The log refuses, and nothing has changed. `error` is the name of a Kafka error.

    `log_start` is the log start that a Produce answers along with the error, or -1. `told` says
    that the message is Kafka's own and that a client gets to see it.
    """

    def __init__(
        self,
        error: str,
        message: str | None = None,
        record_errors: RecordErrors = (),
        *,
        told: bool = False,
    ) -> None:
        super().__init__(error, message, record_errors)
        self.told = told
        self.error = error
        self.message = message
        self.record_errors = record_errors
        self.log_start = -1

    def __str__(self) -> str:
        return self.error if self.message is None else f"{self.error}: {self.message}"


class UnexpectedAppendOffset(Exception):
    """A follower was given records that do not start at or after its log end."""

    def __init__(self, first_offset: int, last_offset: int, leo: int) -> None:
        super().__init__(f"records {first_offset}..{last_offset} come before the log end {leo}")
        self.first_offset = first_offset
        self.last_offset = last_offset
