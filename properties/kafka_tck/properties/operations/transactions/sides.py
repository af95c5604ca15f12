"""Which requirements speak of what owners do, and which of what others are refused."""

from typing import Final

from kafka_tck.properties.operations.transactions import laws, show_laws, trace_laws, write_laws

OF_OWNERS: Final = (
    laws.new_ids,
    laws.later_lives,
    laws.fencing,
    laws.asked_again,
    laws.bounds,
    laws.adding,
    laws.ends,
    laws.ends_anew,
    laws.ended_so,
    laws.ended_otherwise,
    laws.aborts_nothing,
    show_laws.described,
    show_laws.unknown_id,
    show_laws.no_start,
    show_laws.one_start,
    show_laws.decided,
    show_laws.listed,
    show_laws.coordinator,
    show_laws.elsewhere,
    write_laws.taken,
    write_laws.written_before,
    write_laws.adds,
)

OF_STRANGERS: Final = (
    laws.others_do_not_begin,
    laws.others_end_nothing,
    laws.others_add_nothing,
    laws.others_end,
    laws.unknown_partitions,
    write_laws.not_added,
    write_laws.older_epochs,
    write_laws.later_epochs,
    write_laws.other_ids,
    *trace_laws.ALL,
)

WHILE_ENDING: Final = (
    laws.beginning_waits,
    laws.adding_waits,
    laws.ending_waits,
    write_laws.writing_waits,
    show_laws.waits_for_markers,
    show_laws.stays_decided,
    show_laws.recovered,
)
"""Exercised where a transaction takes a moment to become complete, or cannot."""
