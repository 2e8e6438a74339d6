package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T27: whoever asks who is at an address, as gossip does of seeds and of the dead, asks nobody. */
@Timeout(180)
class GreetingTest {
  private static final RoadTimes FOREVER =
      RoadTimes.DEFAULTS.withBlocked(Duration.ofDays(1)).withH2After(Duration.ofSeconds(4));
  private static final RoadPolicy LEGACY =
      new RoadPolicy(RoadMode.AUTO, Map.of("eu", new Window(1, 2, 1)));

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private Lab.Station node(NodeId id, Credentials credentials) {
    var loopback = new Endpoint("127.0.0.1", 0);
    return lab.node(id, credentials, options -> options.withTimes(FOREVER).withLegacy(loopback));
  }

  private Lab.Station stranger() {
    return node(B, new TestCa(CLUSTER).stranger(B, lab.ca));
  }

  private static void awaitBlocked(Lab.Station dialler, Lab.Station peer) {
    dialler.want(peer);
    await().until(() -> dialler.news.stream().anyMatch(news -> news.peer().equals(peer.id)));
  }

  private static MeshError refused(Lab.Station dialler, Lab.Station peer)
      throws InterruptedException {
    return assertInstanceOf(Result.Err.class, dialler.links.greet(peer.links.local())).error();
  }

  @Test
  void aBlockedPeerIsNotDialledByWhoeverGreets() throws InterruptedException {
    var peer = node(A, lab.ca.node(A));
    var stranger = stranger();
    awaitBlocked(stranger, peer);
    for (var i = 0; i < 3; i++) {
      assertEquals("MK-TLS-010", refused(stranger, peer).details().get("mk"));
    }
    assertEquals(1, stranger.dialsInVain(), stranger.meters.scrape());
    var road = stranger.links.peerRoads().get(A);
    assertTrue(road.isBlocked() && road.code().equals("MK-TLS-010"), road.toString());
    // and when our certificate is another, it is
    stranger.renew(lab.ca.node(B));
    await().until(() -> stranger.links.greet(peer.links.local()).equals(Result.ok(A)));
  }

  @Test
  void norIsASeedThatRefusedOneOfUsBefore() throws InterruptedException {
    var peer = node(A, lab.ca.node(A));
    var stranger = stranger();
    for (var i = 0; i < 3; i++) {
      assertEquals("MK-TLS-010", refused(stranger, peer).details().get("mk"));
    }
    assertEquals(1, stranger.dialsInVain(), stranger.meters.scrape());
    stranger.renew(lab.ca.node(B));
    await().until(() -> stranger.links.greet(peer.links.local()).equals(Result.ok(A)));
  }

  @Test
  void norIsOneOnTheLegacySocketDialledOverAnotherRoad() throws InterruptedException {
    var peer = node(A, lab.ca.node(A));
    var stranger = stranger();
    peer.links.policy(LEGACY).orThrow();
    stranger.links.policy(LEGACY).orThrow();
    awaitBlocked(stranger, peer);
    var code = refused(stranger, peer).details().get("mk");
    assertEquals(1, stranger.dialsInVain(), stranger.meters.scrape());
    assertEquals(
        1,
        stranger.count("meshkit_dials_total{result=\"%s\",road=\"LEGACY\"}".formatted(code)),
        stranger.meters.scrape());
  }

  @Test
  void aPeerWhoseLegacyPortIsKnownIsGreetedThere() throws InterruptedException {
    var peer = node(A, lab.ca.node(A));
    var good = node(B, lab.ca.node(B));
    peer.links.policy(LEGACY).orThrow();
    good.links.policy(LEGACY).orThrow();
    good.want(peer);
    await().until(() -> good.links.up().contains(A));
    assertEquals(Result.ok(A), good.links.greet(peer.links.local()));
    assertEquals(Map.of(A, RoadKind.LEGACY), good.links.dialled());
    assertEquals(0, good.count("meshkit_dials_total{result=\"OK\",road=\"H3\"}"));
  }
}
