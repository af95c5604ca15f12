import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Creates a topic, produces with every codec, reads it all back, and prints what it saw. */
public class RoundTrip {
    static final int PER_CODEC = 20;

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        Map<String, Object> base = Map.of("bootstrap.servers", address);
        try (Admin admin = Admin.create(base)) {
            admin.createTopics(List.of(new NewTopic("t", 3, (short) 1))).all().get();
        }
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "compression.type", codec);
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                for (int number = 0; number < PER_CODEC; number++) {
                    producer.send(new ProducerRecord<>("t", 1, "k", codec + number)).get();
                }
            }
        }
        TopicPartition partition = new TopicPartition("t", 1);
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(base, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(record.value());
                }
            }
        }
        System.out.println(String.join(" ", values));
    }
}
