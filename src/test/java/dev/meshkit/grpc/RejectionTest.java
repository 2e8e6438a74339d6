package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T18: a request that comes too late is told so, and nothing is left of it. */
@Timeout(120)
class RejectionTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int BATCH = 100;
  private static final int BATCHES = 6; // more than twice as many as may be open

  /** None of them is complete: its client learns as well that the rest of it is not wanted. */
  @Test
  void moreAreRejectedThanMayBeOpen() throws Exception {
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(new ProbeService()));
      try (var client =
          new RawClient(Meshless.addressOf(server), mesh.ca.identity("spiffe://test/stranger"))) {
        var open = client.call("Talk").data(new byte[5]); // without it the connection would end
        Awaitility.await().atMost(LIMIT).until(() -> !open.read.isEmpty());
        server.shutdown();
        Awaitility.await().atMost(LIMIT).until(() -> client.goAways().size() == 2);
        for (var batch = 0; batch < BATCHES; batch++) {
          for (var late : rejected(client)) assertEquals(List.of("reset 0x10b"), late.read);
        }
        assertFalse(client.isClosed());
        open.data(new byte[5]).fin();
        Awaitility.await().atMost(LIMIT).until(() -> open.read.contains("status 0"));
      }
    }
  }

  private static List<RawClient.Stream> rejected(RawClient client) throws Exception {
    var late = new ArrayList<RawClient.Stream>();
    for (var i = 0; i < BATCH; i++) {
      var stream = client.bare();
      var _ =
          stream.channel().writeAndFlush(Unpooled.wrappedBuffer(KwikClient.head(KwikClient.UNARY)));
      late.add(stream);
    }
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> late.stream().noneMatch(stream -> stream.read.isEmpty()));
    return late;
  }
}
