"""Guards, effects and claims in words."""

import pytest

from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.say.words import action_in_words, formula_of, promise_in_words

replication = load("replication")


def test_an_action_speaks_of_its_parameters() -> None:
    words = action_in_words(replication, "broker_becomes_leader")
    assert dict(words.guards) == {
        "was_sent": "epoch < end of requests",
        "names_it": "requests[epoch].leader = replica",
        "is_later": "replica.epoch < epoch",
    }
    assert words.effects[:3] == (
        "replica.epoch becomes epoch",
        "replica.leader becomes replica",
        "replica.isr becomes requests[epoch].isr",
    )


def test_chosen_parameters_are_numbered_nodes() -> None:
    words = action_in_words(replication, "follower_fetches", parameters={"replica": 2, "leader": 1})
    assert words.guards["follows"] == "r1.leader = r1 and r2.leader = r1 and r2.epoch = r1.epoch"
    assert words.guards["has_more"] == "end of r2.log < end of r1.log"
    assert words.effects == (
        "r2.hw becomes the lesser of r1.hw and (end of r2.log + 1)",
        "r2.log gets one more: (id: r1.log[end of r2.log].id, epoch: r1.log[end of r2.log].epoch)",
    )


def test_sets_are_entered_and_left() -> None:
    assert (
        "follower leaves leader.isr" in action_in_words(replication, "leader_shrinks_isr").effects
    )
    expands = action_in_words(replication, "leader_expands_isr")
    assert expands.guards["outside"] == "follower is not in leader.isr"
    assert "follower enters leader.isr" in expands.effects
    assert "isr becomes the nodes n where n = follower or n is in leader.isr" in expands.effects


def test_positions_are_said() -> None:
    words = action_in_words(replication, "broker_becomes_follower")
    assert words.guards["can_be_cut"] == (
        "(one past the last position o below the lesser of end of replica.log and end of "
        "leader.log where replica.log[o].id = leader.log[o].id and replica.log[o].epoch = "
        "leader.log[o].epoch (if none, 0)) ≤ end of replica.log"
    )
    assert any(said.startswith("replica.log is cut to one past") for said in words.effects)


def test_variants_say_what_they_do() -> None:
    given = replication.variants["high-watermark"].given
    words = action_in_words(replication, "broker_becomes_follower", given)
    assert words.guards["leader_is_there"] == "true"
    assert "replica.log is cut to replica.hw" in words.effects


def test_claims_have_sentences_and_formulas() -> None:
    promise = replication.sometimes_claims["two_brokers_presume_to_lead"]
    assert promise_in_words(promise) == "A zombie still takes writes while its successor does."
    assert formula_of(replication, promise) == (
        "for some node n: for some node m but n: n.leader = n and m.leader = m"
    )
    leader = replication.always_claims["the_leader_is_in_the_isr"]
    assert formula_of(replication, leader) == (
        "requests[last].leader = nobody or "
        "(for some node n: requests[last].leader = n and n is in isr)"
    )


@pytest.mark.parametrize("name", [name for name in sorted(WHERE) if name != "lifecycle"])
def test_every_action_can_be_said(name: str) -> None:
    module = load(name)
    for action in module.actions.values():
        if action.enabled(module.given):
            first = next(action.instances(module.sizes(module.given)))
            words = action_in_words(module, action.name, parameters=first)
            text = words.text()
            assert text.startswith(f"{action.name}\n  {action.sentence}\n")
            assert all(f"  {guard}: " in text for guard in words.guards)


def test_an_unknown_action_is_not_said() -> None:
    with pytest.raises(KeyError):
        action_in_words(replication, "leader_sleeps")
