package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our QPACK encoder, read by Netty's decoder. */
@Timeout(60)
class FieldSectionTest {
  private final AtomicReference<Metadata> received = new AtomicReference<>(new Metadata());
  private Meshless mesh;
  private ProbeGrpc.ProbeBlockingStub stub;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var recording =
        new ServerInterceptor() {
          @Override
          public <A, B> ServerCall.Listener<A> interceptCall(
              ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            received.set(headers);
            return next.startCall(call, headers);
          }
        };
    var server = mesh.start(mesh.server().addService(new ProbeService()).intercept(recording));
    stub = ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server)));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** T9: what a channel says of itself is said once, and by its builder. */
  @Test
  void theChannelsOwnUserAgentIsTheOnlyOne() {
    var said = new Metadata();
    var key = Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);
    said.put(key, "someone/1");
    stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(said))
        .unary(Ask.getDefaultInstance());
    var agents = EchoMetadata.all(received.get(), key);
    assertEquals(1, agents.size(), agents::toString);
    assertTrue(agents.getFirst().contains("meshkit"), agents::toString);
  }

  /** T9; RFC 7541 §5.1: a length that fills its prefix goes on in further bytes. */
  @Test
  void namesAndValuesOfEachLengthArrive() {
    for (var nameLength : new int[] {1, 6, 7, 8, 134, 135, 136, 300}) {
      for (var valueLength : new int[] {1, 126, 127, 128, 254, 255, 256, 5_000}) {
        var key = key("n".repeat(nameLength));
        var value = "v".repeat(valueLength);
        var sent = new Metadata();
        sent.put(key, value);
        stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent))
            .unary(Ask.getDefaultInstance());
        assertEquals(value, received.get().get(key), () -> nameLength + ", " + valueLength);
      }
    }
  }

  /** RFC 9114 §4.2.2, as the receiver counts it. */
  @Test
  void theSizeIsThatOfNamesAndValuesAnd32Each() {
    var section = new FieldSection().add("name", "value").named(95, 10, "agent").indexed(25, 10);
    assertEquals((4 + 5 + 32) + (10 + 5 + 32) + (10 + 32), section.size());
  }

  @Test
  void aCopyGoesItsOwnWay() {
    var head = new FieldSection().add("a", "b");
    var longer = head.copy().add("c", "d");
    assertEquals(1 + 1 + 32, head.size());
    assertEquals(2 * head.size(), longer.size());
    assertEquals(head.frameBytes() + 4, longer.frameBytes());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
