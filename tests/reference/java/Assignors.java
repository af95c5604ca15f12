import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/** Reads groups, one JSON object a line, and prints what every assignor of Kafka gives each. */
public class Assignors {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode group = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode();
            for (ConsumerPartitionAssignor assignor : List.of(
                    new RangeAssignor(),
                    new RoundRobinAssignor(),
                    new StickyAssignor(),
                    new CooperativeStickyAssignor())) {
                put(answer, assignor.name(), () -> atClient(assignor, group));
            }
            put(answer, "uniform", () -> atServer(new UniformAssignor(), group));
            put(answer, "server range", () -> atServer(
                new org.apache.kafka.coordinator.group.assignor.RangeAssignor(), group));
            System.out.println(JSON.writeValueAsString(answer));
        }
    }

    /** What an assignor gives, or the words with which it gives up. */
    static void put(ObjectNode answer, String name, Supplier<JsonNode> assign) {
        try {
            answer.set(name, assign.get());
        } catch (RuntimeException failed) {
            answer.put(name, failed.toString());
        }
    }

    static JsonNode atClient(ConsumerPartitionAssignor assignor, JsonNode group) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (JsonNode member : group.get("members")) {
            subscriptions.put(member.get("id").asText(), subscription(assignor, member));
        }
        ObjectNode given = JSON.createObjectNode();
        assignor.assign(cluster(group), new GroupSubscription(subscriptions))
            .groupAssignment()
            .forEach((member, assignment) -> {
                ArrayNode partitions = given.putArray(member);
                for (TopicPartition partition : assignment.partitions()) {
                    partitions.addArray().add(partition.topic()).add(partition.partition());
                }
            });
        return given;
    }

    static Subscription subscription(ConsumerPartitionAssignor assignor, JsonNode member) {
        List<String> topics = new ArrayList<>();
        member.get("topics").forEach(topic -> topics.add(topic.asText()));
        List<TopicPartition> owned = new ArrayList<>();
        for (JsonNode pair : member.get("owned")) {
            owned.add(new TopicPartition(pair.get(0).asText(), pair.get(1).asInt()));
        }
        int generation = member.get("generation").asInt();
        // what a member tells of itself, its assignor made when it was assigned what it owns
        ConsumerGroupMetadata metadata =
            new ConsumerGroupMetadata("g", generation, member.get("id").asText(), Optional.empty());
        assignor.onAssignment(new ConsumerPartitionAssignor.Assignment(owned), metadata);
        Subscription subscription = new Subscription(
            topics,
            assignor.subscriptionUserData(new HashSet<>(topics)),
            owned,
            generation,
            text(member.get("rack")));
        subscription.setGroupInstanceId(text(member.get("instance")));
        return subscription;
    }

    static Optional<String> text(JsonNode node) {
        return node.isNull() ? Optional.empty() : Optional.of(node.asText());
    }

    static Cluster cluster(JsonNode group) {
        Map<String, Node> nodes = new TreeMap<>();
        List<PartitionInfo> partitions = new ArrayList<>();
        group.get("partitions").fields().forEachRemaining(topic -> {
            for (int number = 0; number < topic.getValue().asInt(); number++) {
                JsonNode racks = group.get("racks").get(topic.getKey() + "-" + number);
                List<Node> replicas = new ArrayList<>();
                if (racks != null) {
                    racks.forEach(rack -> replicas.add(nodes.computeIfAbsent(
                        rack.asText(), name -> new Node(nodes.size(), "host", 9092, name))));
                }
                Node leader = replicas.isEmpty() ? Node.noNode() : replicas.get(0);
                Node[] all = replicas.toArray(new Node[0]);
                partitions.add(new PartitionInfo(topic.getKey(), number, leader, all, all));
            }
        });
        return new Cluster("c", nodes.values(), partitions, Set.of(), Set.of());
    }

    static JsonNode atServer(ConsumerGroupPartitionAssignor assignor, JsonNode group) {
        Map<String, Uuid> ids = new TreeMap<>();
        Map<Uuid, Integer> counts = new HashMap<>();
        Map<Uuid, String> names = new HashMap<>();
        group.get("partitions").fields().forEachRemaining(topic -> {
            Uuid id = new Uuid(1, ids.size() + 1);
            ids.put(topic.getKey(), id);
            counts.put(id, topic.getValue().asInt());
            names.put(id, topic.getKey());
        });
        Map<String, MemberSubscriptionAndAssignmentImpl> members = new HashMap<>();
        Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
        Set<Set<Uuid>> subscriptions = new HashSet<>();
        for (JsonNode member : group.get("members")) {
            String name = member.get("id").asText();
            Set<Uuid> topics = new HashSet<>();
            member.get("topics").forEach(topic -> {
                if (ids.containsKey(topic.asText())) {
                    topics.add(ids.get(topic.asText()));
                }
            });
            subscriptions.add(topics);
            Map<Uuid, Set<Integer>> target = new HashMap<>();
            for (JsonNode pair : member.get("target")) {
                Uuid id = ids.get(pair.get(0).asText());
                target.computeIfAbsent(id, unused -> new HashSet<>()).add(pair.get(1).asInt());
                owners.computeIfAbsent(id, unused -> new HashMap<>())
                    .put(pair.get(1).asInt(), name);
            }
            members.put(name, new MemberSubscriptionAndAssignmentImpl(
                text(member.get("rack")),
                text(member.get("instance")),
                topics,
                new Assignment(target)));
        }
        SubscribedTopicDescriber described = new SubscribedTopicDescriber() {
            @Override
            public int numPartitions(Uuid topic) {
                return counts.getOrDefault(topic, -1);
            }

            @Override
            public Set<String> racksForPartition(Uuid topic, int partition) {
                return Set.of();
            }
        };
        SubscriptionType type = subscriptions.size() == 1
            ? SubscriptionType.HOMOGENEOUS
            : SubscriptionType.HETEROGENEOUS;
        ObjectNode given = JSON.createObjectNode();
        assignor.assign(new GroupSpecImpl(members, type, owners), described)
            .members()
            .forEach((member, assignment) -> {
                ArrayNode partitions = given.putArray(member);
                assignment.partitions().forEach((id, numbers) -> numbers.forEach(
                    number -> partitions.addArray().add(names.get(id)).add(number)));
            });
        return given;
    }
}
