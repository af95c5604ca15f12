import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a group: `PROTOCOL-OR-ASSIGNOR ADDRESS GROUP TOPIC`, where a topic that begins with ^
 * is a pattern. Prints what `group_member.py` prints, until SIGTERM.
 */
public class GroupMember {
    static volatile boolean ending = false;

    public static void main(String[] arguments) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending = true;
            try {
                closed.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException late) {
                Thread.currentThread().interrupt();
            }
        }));
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(arguments)) {
            Listener listener = new Listener();
            if (arguments[3].startsWith("^")) {
                consumer.subscribe(Pattern.compile(arguments[3]), listener);
            } else {
                consumer.subscribe(java.util.List.of(arguments[3]), listener);
            }
            while (!ending) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    tell("got", record.partition() + " " + record.offset());
                }
                if (!records.isEmpty()) {
                    commit(consumer);
                }
            }
        } finally {
            closed.countDown();
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(String[] arguments) {
        Map<String, Object> settings = new HashMap<>(Map.of(
            "bootstrap.servers", arguments[1],
            "group.id", arguments[2],
            "enable.auto.commit", false,
            "auto.offset.reset", "earliest"));
        if (arguments[0].equals("consumer")) {
            settings.put("group.protocol", "consumer");
        } else {
            String assignors = "org.apache.kafka.clients.consumer.";
            settings.put("partition.assignment.strategy", assignors + arguments[0]);
            settings.put("session.timeout.ms", 3000);
            settings.put("heartbeat.interval.ms", 300);
        }
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(settings, bytes, bytes);
    }

    static void commit(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.commitSync();
        } catch (RebalanceInProgressException
                | CommitFailedException
                | RetriableCommitFailedException refused) {
            // whoever has them next reads them again
        }
    }

    static void tell(String word, String numbers) {
        System.out.println(word + " " + System.nanoTime() / 1e9 + " " + numbers);
    }

    static class Listener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> gained) {
            tell("gains", numbers(gained));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> given) {
            tell("gives", numbers(given));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            tell("loses", numbers(lost));
        }

        static String numbers(Collection<TopicPartition> partitions) {
            return partitions.stream()
                .map(partition -> Integer.toString(partition.partition()))
                .collect(Collectors.joining(" "));
        }
    }
}
