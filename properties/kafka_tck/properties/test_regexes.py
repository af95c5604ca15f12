"""Members of consumer groups that subscribe to patterns."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.model.consumer_groups.refusals import BAD_REGEX
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import laws
from kafka_tck.properties.operations.topics.topics import MakeTopic


class Regexes(ConsumerGroups):
    """Patterns that name one topic or several, with names and without."""

    requirements = (laws.bad_patterns, laws.patterns)
    weight = 0.15
    real_weight = 0.1
    real_steps = 3
    topics = 0

    @rule(names=st.sampled_from([(), ("t",)]), both=st.booleans(), late=st.booleans())
    def subscribe(self, names: tuple[str, ...], both: bool, late: bool) -> None:
        """A topic of the pattern may come to be when the group is stable."""
        self.topics += 1
        topic = f"later{self.topics}"
        members = [("a", {"topics": names, "regex": f"u|{topic}"})]
        members += [("b", {"topics": ("t", "u")})] if both else []
        self.come_to_be(members)
        if late:
            self.do(MakeTopic(topic, 2))
            self.settle()
        self.show()

    @rule(joins=st.booleans())
    def write_no_pattern(self, joins: bool) -> None:
        self.begin(1)
        if joins:
            self.join("b", regex=BAD_REGEX)
        else:
            self.heartbeat("a", regex=BAD_REGEX)
        self.show()
        self.heartbeat("a")


test_regexes = conformance(Regexes)
