import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a record with each key, in hex, and then as many without key of 1000 bytes each as the
 * second argument says; prints the partition of every record.
 */
public class Partitions {
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", arguments[0], "batch.size", 4000, "linger.ms", 5);
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, bytes, bytes)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int at = 2; at < arguments.length; at++) {
                byte[] key = HexFormat.of().parseHex(arguments[at]);
                sent.add(producer.send(new ProducerRecord<>("t", key, new byte[1])));
            }
            for (int at = 0; at < Integer.parseInt(arguments[1]); at++) {
                sent.add(producer.send(new ProducerRecord<>("keyless", new byte[1000])));
            }
            for (Future<RecordMetadata> one : sent) {
                System.out.println(one.get().partition());
            }
        }
    }
}
