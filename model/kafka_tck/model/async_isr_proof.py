"""Why no ISR change in flight lets the high watermark pass a member of the ISR.

Whatever the controller has decided since the version that the leader knows, it can only have taken
members out, or granted what the leader had asked for at that version; and both the leader counts
with.
"""

from kafka_tck.model.async_isr import Isr, async_isr
from kafka_tck.model.terms import Bool, Int, Term, all_of, any_of, every, implies, negate


@async_isr.landmark
def the_known_and_the_latest(p: Isr) -> list[Term]:
    """The version that the leader knows, and the controller's."""
    return [p.versions.at(p.version).isr[0], p.versions.at(p.decided).isr[0]]


@async_isr.supports()
def the_leader_knows_a_version(p: Isr) -> Bool:
    """The leader's version is one of the controller's, and its ISR is the one of that version."""
    decided = p.versions.at(p.version).isr
    same = [known == told for known, told in zip(p.isr, decided, strict=True)]
    return all_of([p.version >= 0, p.version < p.versions.length, *same])


@async_isr.supports()
def the_leader_counts_with_whom_the_controller_decides(p: Isr) -> Bool:
    """Every member of the controller's ISR is in the leader's, or in the one it asked for."""
    return all_of(
        implies(member, any_of([known, asked]))
        for member, known, asked in zip(
            p.versions.at(p.decided).isr, p.isr, p.pending_isr, strict=True
        )
    )


@async_isr.supports()
def who_is_asked_for_is_counted_with(p: Isr) -> Bool:
    """Who is to become a member, by a request of the leader, is in the ISR that it asked for."""
    return all_of(
        implies(asked, any_of([known, pending]))
        for asked, known, pending in zip(
            p.versions.at(p.version).asked, p.isr, p.pending_isr, strict=True
        )
    )


@async_isr.supports()
def nothing_is_asked_of_versions_to_come(p: Isr) -> Bool:
    """The leader has asked for nothing at versions of which it has not heard."""

    def is_quiet(version: Int) -> Bool:
        asked = p.versions.at(version).asked
        return implies(version > p.version, all_of(negate(one) for one in asked))

    return every(p.versions.length, is_quiet)


@async_isr.supports()
def versions_to_come_only_shrink(p: Isr) -> Bool:
    """Of the versions of which the leader has not heard, the later have smaller ISRs."""

    def is_smaller(later: Int) -> Bool:
        isr = p.versions.at(later).isr
        return every(
            later,
            lambda version: implies(
                version > p.version,
                all_of(implies(a, b) for a, b in zip(isr, p.versions.at(version).isr, strict=True)),
            ),
        )

    return every(p.versions.length, is_smaller)


# Guards without which all claims are still proved

async_isr.only_enables(
    "controller_shrinks_isr", "follows", "To take out the leader too would be safe."
)
async_isr.only_enables(
    "controller_shrinks_isr", "in_isr", "To take out who is not in the ISR changes nothing."
)
async_isr.only_enables(
    "leader_asks_to_shrink", "follows", "The leader counts with itself until it hears of its leave."
)
async_isr.only_enables(
    "leader_asks_to_expand", "outside", "To ask for a member who is in the ISR is to ask to shrink."
)
async_isr.only_enables(
    "leader_asks_to_expand",
    "reached_hw",
    "The high watermark is the least log end of all that were asked for, so it would fall back; "
    "that it does not is no claim of this module.",
)
async_isr.only_enables("follower_fetches", "follows", "The leader may write at any time anyway.")
async_isr.only_enables(
    "follower_fetches", "has_more", "The claim does not say that records come from the leader."
)
