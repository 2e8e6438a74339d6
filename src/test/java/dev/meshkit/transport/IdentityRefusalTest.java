package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TestCa;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T27, and the fault table's refused certificate: HTTP/2 would be dialled as soon as HTTP/3 has
 * failed, but for an identity that was refused. Its head start is so long here that a slow machine
 * does not end it.
 */
@Timeout(60)
class IdentityRefusalTest {
  private static final NodeId A = NodeId.of("eu", "a");
  private static final NodeId B = NodeId.of("eu", "b");
  private static final int DIALS = 20; // whoever dials anyway is not always quick enough to show

  private static final RoadTimes TIMES = RoadTimes.DEFAULTS.withH2After(Duration.ofSeconds(30));

  private final Meters meters = new Meters(Map.of());
  private final RoadTools tools = new RoadTools(Clocks.system(), meters);

  /** Serves nobody. */
  private static final class Nobody implements MeshService {
    @Override
    public Result<Bytes> hello(NodeId from, Family family, Bytes hello) {
      throw new AssertionError("a stranger's Hello arrived");
    }

    @Override
    public void accept(ByteStream stream, Bytes hello) {
      throw new AssertionError("a stranger's stream arrived");
    }

    @Override
    public Result<Bytes> sync(NodeId from, Bytes request) {
      throw new AssertionError("a stranger's call arrived");
    }
  }

  /** Where UDP was shut of late TCP does not wait; a refusal is the answer all the same. */
  @Test
  void aRefusedIdentityIsTheAnswerThoughTcpIsTriedAtOnce() throws Exception {
    // given a port where UDP refuses a stranger, and whoever connects over TCP hears nothing
    var ca = new TestCa("test");
    var stranger = new TestCa("test").stranger(B, ca);
    var serverTools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    try (var server =
            new Transport(OwnCredentials.of(ca.node(A)), RoadMode.H3, serverTools, TIMES);
        var listener = server.listen(new Endpoint("127.0.0.1", 0), new Nobody()).orThrow();
        var tcp = ServerSocketChannel.open();
        var dialler = new Transport(OwnCredentials.of(stranger), RoadMode.AUTO, tools, TIMES)) {
      tcp.bind(new InetSocketAddress("127.0.0.1", listener.local().port()));
      var refused =
          assertInstanceOf(Result.Err.class, dialler.dial(new Approach(listener.local(), A, true)));
      assertEquals("error.identity", refused.error().code(), refused.error()::text);
    }
  }

  /** Nor where TCP, whose listener would be right, has won already and only waits for UDP. */
  @Test
  void aRefusalThatComesAfterTcpHasConnectedIsTheAnswer() throws Exception {
    // given a port where a stranger answers slowly over UDP, and the right node over TCP
    var ca = new TestCa("test");
    var stranger = new TestCa("test").stranger(A, ca);
    var quick = RoadTimes.DEFAULTS.withH2After(Duration.ZERO);
    var serverTools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    try (var good = new Transport(OwnCredentials.of(ca.node(A)), RoadMode.H2, serverTools, quick);
        var tcp = good.listen(new Endpoint("127.0.0.1", 0), new Nobody()).orThrow();
        var bad = new Transport(OwnCredentials.of(stranger), RoadMode.H3, serverTools, quick);
        var udp = bad.listen(new Endpoint("127.0.0.1", 0), new Nobody()).orThrow();
        var _ = new DelayedUdp(tcp.local().port(), udp.local().port(), Duration.ofMillis(250));
        var dialler = new Transport(OwnCredentials.of(ca.node(B)), RoadMode.AUTO, tools, quick)) {
      for (var i = 0; i < DIALS; i++) {
        var refused = assertInstanceOf(Result.Err.class, dialler.dial(Approach.to(tcp.local(), A)));
        assertEquals("MK-TLS-002", refused.error().details().get("mk"), refused.error()::text);
      }
    }
  }

  @Test
  void aRefusedIdentityTriesNoOtherRoad() throws Exception {
    // given a port where UDP refuses a stranger, and TCP would answer
    var ca = new TestCa("test");
    var stranger = new TestCa("test").stranger(B, ca);
    var serverTools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    try (var server =
            new Transport(OwnCredentials.of(ca.node(A)), RoadMode.H3, serverTools, TIMES);
        var listener = server.listen(new Endpoint("127.0.0.1", 0), new Nobody()).orThrow();
        var tcp = ServerSocketChannel.open();
        var dialler = new Transport(OwnCredentials.of(stranger), RoadMode.AUTO, tools, TIMES)) {
      tcp.bind(new InetSocketAddress("127.0.0.1", listener.local().port()));
      tcp.configureBlocking(false);
      // when the stranger dials
      for (var i = 0; i < DIALS; i++) {
        var refused =
            assertInstanceOf(Result.Err.class, dialler.dial(Approach.to(listener.local(), A)));
        assertEquals("error.identity", refused.error().code(), refused.error()::text);
      }
      // then it has tried no TCP, and counted no other road
      assertNull(tcp.accept(), "a connection over TCP");
    }
    var dials =
        meters.scrape().lines().filter(line -> line.startsWith("meshkit_dials_total{")).toList();
    assertEquals(1, dials.size(), dials::toString);
    assertTrue(dials.getFirst().contains("road=\"H3\""), dials::toString);
  }
}
