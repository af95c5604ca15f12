import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes each value of `value:commit` or `value:abort` to both partitions in a transaction, and
 * prints what a read-committed consumer is given of the first partition, then of the second.
 */
public class Transactions {
    public static void main(String[] arguments) {
        String address = arguments[0];
        int committed = 0;
        Map<String, Object> writing =
            Map.of("bootstrap.servers", address, "transactional.id", "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (int at = 1; at < arguments.length; at++) {
                String[] parts = arguments[at].split(":");
                producer.beginTransaction();
                for (int partition = 0; partition < 2; partition++) {
                    producer.send(new ProducerRecord<>("t", partition, null, parts[0]));
                }
                if (parts[1].equals("commit")) {
                    producer.commitTransaction();
                    committed++;
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }
        Map<String, Object> reading =
            Map.of("bootstrap.servers", address, "isolation.level", "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
            for (int partition = 0; partition < 2; partition++) {
                System.out.println(String.join(" ", read(consumer, partition, committed)));
            }
        }
    }

    static List<String> read(KafkaConsumer<String, String> consumer, int partition, int count) {
        TopicPartition place = new TopicPartition("t", partition);
        consumer.assign(List.of(place));
        consumer.seekToBeginning(List.of(place));
        List<String> values = new ArrayList<>();
        while (values.size() < count) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                values.add(record.value());
            }
        }
        return values;
    }
}
