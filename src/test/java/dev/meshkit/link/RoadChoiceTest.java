package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T26: HTTP/3 first; HTTP/2 where permitted, never silently. */
class RoadChoiceTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void whereBothAreServedItIsHttp3() {
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H3)));
    await().until(() -> b.links.roads().equals(Map.of(A, RoadKind.H3)));
  }

  /** Only who dials can measure; both show it in their member lists. */
  @ParameterizedTest
  @EnumSource(RoadKind.class)
  void whoWasDialledKnowsTheRoundTripToo(RoadKind kind) {
    // given a node that dials another, and looks after its road more often than usual
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(200));
    var mode = kind == RoadKind.LEGACY ? RoadMode.AUTO : RoadMode.valueOf(kind.name());
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(times).withMode(mode));
    var legacy = new Endpoint("127.0.0.1", 0);
    var b = lab.node(B, lab.ca.node(B), options -> options.withLegacy(legacy));
    if (kind == RoadKind.LEGACY) {
      var only = new RoadPolicy(mode, Map.of("eu", new RoadPolicy.Window(1, 2, 1)));
      b.links.policy(only).orThrow();
      a.links.policy(only).orThrow();
    }
    // when they are linked
    a.want(b);
    // then the other one shows a round trip, too
    await().until(() -> b.links.roads().equals(Map.of(A, kind)));
    await().until(() -> b.links.peerRoads().get(A).roundTrip().isPresent());
    a.close();
    await().until(() -> b.links.peerRoads().get(A).roundTrip().isEmpty());
  }

  @Test
  void whereUdpIsNotServedItIsHttp2AndCounted() {
    // given a peer that listens on TCP only
    var a = lab.node(A);
    var b = lab.node(B, lab.ca.node(B), options -> options.withMode(RoadMode.H2));
    // when it is wanted
    a.want(b);
    // then there is a link over HTTP/2, and a counter and the member list's source say so
    await().until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
    assertTrue(
        a.meters
            .scrape()
            .lines()
            .anyMatch(line -> line.matches("meshkit_h3_fallback_total\\{.*} [1-9].*")));
  }

  @Test
  void modeH3TriesNoTcp() throws IOException, InterruptedException {
    // given a port where TCP would answer and UDP does not
    try (var tcp = ServerSocketChannel.open()) {
      tcp.bind(new InetSocketAddress("127.0.0.1", 0));
      tcp.configureBlocking(false);
      var port = ((InetSocketAddress) tcp.getLocalAddress()).getPort();
      var a = lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H3));
      // when a node of mode h3 dials it
      var greeted = a.links.greet(new Endpoint("127.0.0.1", port));
      // then it fails, and nobody has connected
      var error = assertInstanceOf(Result.Err.class, greeted).error();
      assertTrue(error.details().get("mk").matches("MK-NET-00[24]"), error.text());
      assertEquals(null, tcp.accept());
    }
  }

  @ParameterizedTest
  @EnumSource(RoadMode.class)
  void aPortInUseIsNamedWithItsHolder(RoadMode mode) {
    var a = lab.node(A);
    var error = refused(options -> options.withMode(mode).withListen(a.links.local()));
    assertEquals("MK-NODE-002", error.details().get("mk"), error.text());
    assertTrue(error.why().contains("by process " + ProcessHandle.current().pid()), error.text());
  }

  @Test
  void anAddressOfAnotherHostCannotBeBound() {
    var error = refused(options -> options.withListen(new Endpoint("192.0.2.1", 0)));
    assertEquals("MK-NET-001", error.details().get("mk"), error.text());
  }

  private MeshError refused(UnaryOperator<LinkOptions> change) {
    return assertThrows(MeshException.class, () -> lab.node(B, lab.ca.node(B), change)).error();
  }
}
