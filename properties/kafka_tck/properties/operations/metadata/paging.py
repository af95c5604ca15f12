"""DescribeTopicPartitions: topics in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.model.sources import KIP
from kafka_tck.model.topics import error_of_lookup
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import cluster_of, spell
from kafka_tck.properties.operations.topics.settling import described
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

pages_are_whole = Requirement(
    "metadata.pages-make-up-the-whole",
    "DescribeTopicPartitions shows topics by name and their partitions by index, at most as many "
    "partitions as the limit (at least one) in a page; the pages, each asked for with the cursor "
    "of the one before, make up the whole, and show what Metadata shows.",
    KIP(966, "DescribeTopicPartitions"),
    covers=("G-21",),
    since=(3, 8),
    mutants=("pages-skip-a-partition", "pages-repeat-a-partition"),
)

cursors_are_checked = Requirement(
    "metadata.illegal-cursors-are-refused",
    "A cursor whose topic is not in the list of topics, or whose partition is negative, is "
    "INVALID_REQUEST for every topic of the list.",
    KIP(966, "DescribeTopicPartitions"),
    covers=("G-21",),
    since=(3, 8),
    mutants=("ignores-an-illegal-cursor",),
)

empty_names_are_illegal = Requirement(
    "metadata.an-empty-name-spoils-no-page",
    "Without a cursor, an empty name among the names of DescribeTopicPartitions is "
    "INVALID_TOPIC_EXCEPTION like any other illegal name, and the other names are answered.",
    KIP(966, "DescribeTopicPartitions"),
    covers=("G-21",),
    since=(3, 8),
)

MOST_PAGES = 40


@dataclass(frozen=True)
class PageThrough(Operation, kind="page_through"):
    """Pages through some topics from a cursor on, to the end."""

    names: tuple[str, ...]
    limit: int
    cursor: tuple[str, int] | None = None

    def perform(self, world: World) -> Observation:
        if not world.profile.has("DescribeTopicPartitions"):
            return {"pages": None}
        pages: list[Any] = []
        cursor = self.cursor and {
            "topic_name": spell(world, self.cursor[0]),
            "partition_index": self.cursor[1],
        }
        while len(pages) < MOST_PAGES:
            outcome = self._page(world, cursor)
            if not isinstance(outcome, Answer):
                return silent(outcome)
            pages.append([_seen(world, topic) for topic in outcome.body.topics or []])
            following = outcome.body.next_cursor
            if following is None:
                break
            cursor = {
                "topic_name": following.topic_name,
                "partition_index": following.partition_index,
            }
        return {
            "pages": pages,
            "whole": [_by_metadata(world, name) for name in self._sorted(world)],
        }

    def _page(self, world: World, cursor: dict[str, Any] | None) -> Outcome:
        return world.call(
            world.client(),
            "DescribeTopicPartitions",
            topics=[{"name": spell(world, name)} for name in self.names],
            response_partition_limit=self.limit,
            cursor=cursor,
        )

    def _sorted(self, world: World) -> list[str]:
        return sorted(set(self.names), key=lambda name: spell(world, name))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen and seen["pages"] is not None:
            claims += self._claims(world, belief, seen)
        return [Judgement(tuple(claims), belief)]

    def _claims(self, world: World, belief: Belief, seen: Observation) -> list[Claim]:
        names = self._sorted(world)
        if self.cursor and (self.cursor[0] not in names or self.cursor[1] < 0):
            told = {topic["topic"]: topic["error"] for topic in seen["pages"][0]}
            legal = dict.fromkeys(names, "INVALID_REQUEST")
            return [claim(cursors_are_checked.id, told, legal, because=f"cursor {self.cursor}")]
        start = self.cursor or (names[0], 0)
        whole = []
        for name, known in zip(names, seen["whole"], strict=True):
            if spell(world, name) >= spell(world, start[0]):
                error = error_of_lookup(spell(world, name), cluster_of(world, belief))
                first = start[1] if name == start[0] else 0
                whole.append([name, error, [p for p in known if p[0] >= first]])
        unbegun = self.cursor is None and "" in (spell(world, name) for name in names)
        rule = empty_names_are_illegal if unbegun else pages_are_whole
        sizes = [sum(len(topic["partitions"]) for topic in page) for page in seen["pages"]]
        largest = max(sizes) if max(sizes) > max(self.limit, 1) else "within the limit"
        return [
            claim(rule.id, _joined(seen["pages"]), whole, because="Metadata shows this"),
            claim(pages_are_whole.id, largest, "within the limit", because=f"limit {self.limit}"),
        ]


def _joined(pages: list[Any]) -> list[Any]:
    """The pages as one, a topic that goes on in the next page joined."""
    joined: list[Any] = []
    for topic in (topic for page in pages for topic in page):
        if joined and joined[-1][0] == topic["topic"]:
            joined[-1][2].extend(topic["partitions"])
        else:
            joined.append([topic["topic"], topic["error"], list(topic["partitions"])])
    return joined


def _seen(world: World, topic: Any) -> dict[str, Any]:
    return {
        "topic": world.symbol_of(topic.name),
        "error": error_name(topic.error_code),
        "partitions": [_facts(partition) for partition in topic.partitions],
    }


def _by_metadata(world: World, name: str) -> list[Any]:
    topic = described(world, name, world.target.nodes()[0])
    if topic is None:
        return []
    return sorted(_facts(partition) for partition in topic.partitions)


def _facts(partition: Any) -> list[Any]:
    return [
        partition.partition_index,
        partition.leader_id,
        partition.leader_epoch,
        list(partition.replica_nodes),
        list(partition.isr_nodes),
        list(partition.offline_replicas or []),
    ]
