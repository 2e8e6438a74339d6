package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S27: cancels of calls that are not open cost a byte, so they are counted as well. */
@Timeout(60)
class StrayCancelsTest {
  private static final long EXCESSIVE_LOAD = 0x107;
  private static final byte[] NOTHING = new byte[5]; // an empty message

  private final ProbeService service = new ProbeService();
  private Meshless mesh;
  private RawClient client;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var few = new Bounds.Floods(1, 20, Duration.ofSeconds(5), 100, Duration.ofMillis(200));
    var server = mesh.start(mesh.server().addService(service).bounds(Bounds.defaults().with(few)));
    client = new RawClient(Meshless.addressOf(server), mesh.ca.identity("spiffe://test/stranger"));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    mesh.close();
  }

  /** In one write, ids below 64: a byte each. */
  private void tell(QuicStreamChannel cancels, byte[] ids) throws Exception {
    client.run(() -> cancels.writeAndFlush(Unpooled.directBuffer().writeBytes(ids)));
  }

  private void awaitOverload() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(client::isClosed);
    assertEquals(EXCESSIVE_LOAD, client.closeCode());
  }

  @Test
  void cancelsOfCallsThatNobodyMadeEndTheirConnection() throws Exception {
    var ids = new byte[60];
    for (var i = 0; i < ids.length; i++) ids[i] = (byte) i;
    tell(client.cancelStream(), ids);
    awaitOverload();
  }

  /** The first of them means something. */
  @Test
  void theSameCancelOverAndOverEndsItsConnection() throws Exception {
    var cancels = client.cancelStream();
    var call = client.call("Talk").data(NOTHING);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> call.read.contains("data 5"));
    var ids = new byte[60];
    java.util.Arrays.fill(ids, (byte) call.id());
    tell(cancels, ids);
    awaitOverload();
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "its handler hears of it");
  }

  /** A client that gives up answers which have just come tells so of each call, once. */
  @Test
  void eachCallMayBeCancelledThoughItHasEnded() throws Exception {
    var cancels = client.cancelStream();
    for (var i = 0; i < 60; i++) {
      var call = client.call("Unary").data(NOTHING).fin();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(Duration.ofSeconds(20))
          .until(() -> client.isClosed() || call.read.contains("status 0"));
      client.tell(cancels, call.id());
    }
    client.call("Unary").data(NOTHING).fin();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.unary.get() == 61);
    assertFalse(client.isClosed());
  }
}
