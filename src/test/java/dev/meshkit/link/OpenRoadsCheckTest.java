package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T21: who must not stay any longer loses an open HTTP/2 road, whoever of the two dialled. */
@Timeout(120)
class OpenRoadsCheckTest {
  private final Lab lab = new Lab();
  private final InstantSource today = Clocks.system().wall();
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private Lab.Station strict;
  private Lab.Station peer;

  @AfterEach
  void close() {
    lab.close();
  }

  /** Two nodes of which {@code strict} will find in time that the other's certificate has ended. */
  private void open(boolean strictDials) {
    InstantSource wall = () -> today.instant().plus(ahead.get());
    strict = lab.node(A, lab.ca.judging(A, wall), OpenRoadsCheckTest::overH2);
    peer = lab.node(B, lab.ca.node(B), OpenRoadsCheckTest::overH2);
    if (strictDials) strict.want(peer);
    else peer.want(strict);
    await().until(() -> strict.links.up().contains(B) && peer.links.up().contains(A));
    await().until(() -> strict.links.isLive(Family.ELECT));
    assertEquals(Map.of(B, RoadKind.H2), strict.links.roads());
  }

  private static LinkOptions overH2(LinkOptions options) {
    return options.withMode(RoadMode.H2);
  }

  private void years() {
    ahead.set(Duration.ofDays(3650));
  }

  @Test
  void whoWasLetInLosesItsCallsAndLearnsWhy() {
    open(false);
    years();
    await().until(() -> strict.links.up().isEmpty() && peer.links.up().isEmpty());
    await().until(() -> !strict.links.isLive(Family.ELECT));
    // the road it has, or a new one: whatever it tries next tells it
    await()
        .until(
            () -> mk(peer.links.sync(A, Bytes.EMPTY, Duration.ofSeconds(5))).startsWith("MK-TLS-"));
  }

  @Test
  void whoWasDialledIsLeftAndBlocked() {
    open(true);
    years();
    await().until(() -> lastReason(strict, B).equals("MK-TLS-004"));
    assertTrue(strict.links.up().isEmpty() && peer.links.up().isEmpty());
    assertEquals(List.of(RoadNews.What.BLOCKED), strict.news.stream().map(RoadNews::what).toList());
  }

  private static String mk(Result<Bytes> answer) {
    return answer instanceof Result.Err<Bytes>(var error)
        ? error.details().getOrDefault("mk", "")
        : "";
  }

  private static String lastReason(Lab.Station of, NodeId to) {
    var history = of.links.peerRoads().get(to).history();
    return history.isEmpty() ? "" : history.getLast().reason();
  }
}
