package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T31: the peers of a node that is gone do not redial in one instant. Fifty of them, with real
 * roads of which all are lost, with streams that return, and with more to deliver: on the wire,
 * none begins another connection before its own lot of U(0, 100 ms) is over.
 */
@Timeout(120)
class ManyRedialsTest {
  private static final int PEERS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Before attempt 0: U(0, 100 ms). */
  private static final double FIRST_NANOS = 100e6;

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final List<Lab.Station> peers = new ArrayList<>();

  private final List<Relay> relays = new ArrayList<>();

  @AfterEach
  void close() throws InterruptedException {
    var closing = peers.stream().map(one -> Thread.ofVirtual().start(one::close)).toList();
    for (var one : closing) one.join();
    relays.forEach(Relay::close);
    lab.close();
    host.close();
  }

  @Test
  void fiftyPeersOfANodeThatIsGoneComeBackOneAfterTheOther() throws Exception {
    // given fifty peers with all their streams on roads of their own
    for (var i = 0; i < PEERS; i++) {
      peers.add(peer(i));
      relays.add(new Relay(host.at()));
      peers.getLast().links.want(Map.of(B, relays.getLast().at()));
    }
    await().atMost(PATIENCE).until(() -> peers.stream().allMatch(ManyRedialsTest::isUp));
    for (var peer : peers) deliver(peer);
    // when their node goes away, and says so to all of them
    relays.forEach(Relay::cut);
    host.close();
    await()
        .atMost(PATIENCE)
        .until(() -> relays.stream().allMatch(relay -> relay.pause().isPresent()));
    // then each has waited for its own time
    for (var i = 0; i < PEERS; i++) {
      var pause = relays.get(i).pause().orElseThrow();
      var least = Duration.ofNanos((long) (fraction(i) * FIRST_NANOS));
      assertTrue(pause.compareTo(least) >= 0, "peer %d: %s, not %s".formatted(i, pause, least));
    }
  }

  /** Whoever draws lots for this peer has always this. */
  private static double fraction(int i) {
    return (i + 0.5) / PEERS;
  }

  private Lab.Station peer(int i) {
    var draw = (long) (fraction(i) * (1L << 53)) << 11; // of which 53 bits count
    RandomGenerator always = () -> draw;
    lab.chance = always;
    var id = NodeId.of("eu", "a%02d".formatted(i));
    return lab.node(id, lab.ca.node(id), options -> options.withMode(RoadMode.H3));
  }

  private static boolean isUp(Lab.Station peer) {
    return peer.links.up().contains(B) && peer.links.isLive(Family.ELECT);
  }

  /** As a sender with more to send does: as soon as one stream has ended, it asks for another. */
  private static void deliver(Lab.Station peer) throws InterruptedException {
    var stream = peer.links.deliver(B).orThrow();
    Thread.ofVirtual().start(() -> again(peer, stream));
  }

  private static void again(Lab.Station peer, Duplex stream) {
    try {
      while (stream.receive().isPresent()) Thread.onSpinWait();
      stream.close();
      peer.links.deliver(B).onOk(Duplex::close);
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }
}
