package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T34: however both ends dial, one Stream, one Elect and one road are left, and what was said
 * arrives; {@code make chaos CASE=both-dial} does it a thousand times over each kind.
 */
@Timeout(300)
class OneRoadTest {
  private static final String OUT = "meshkit_connections{direction=\"OUT\",road=\"H3\"}";
  private static final Endpoint ELSEWHERE = new Endpoint("127.0.0.1", 9);

  @Test
  void whenBothDialAtOnceOneRoadIsLeftAndNoStreamIsLost() throws Exception {
    assertEquals(List.of(), BothDial.run(5));
  }

  /**
   * Where the larger id has opened a stream on a road of its own, while the smaller's carries the
   * rest, the stream comes over, and the second road goes.
   */
  @Test
  void aStreamThatWasOpenedOnASecondRoadComesOverAndTheRoadGoes() throws Exception {
    try (var lab = new Lab()) {
      // given two nodes with one road, the smaller's
      var a = node(lab, A);
      var b = node(lab, B);
      a.want(b);
      await().until(() -> a.links.isLive(Family.ELECT) && a.links.up().contains(B));
      b.want(a);
      // when the Stream there fails, and the larger is sooner with another, on a road of its own
      await().until(() -> isOpenedByLarger(a, b));
      // then there is one road in the end, which both use, and it is the smaller's
      await().until(() -> a.count(OUT) == 1 && b.links.dialled().isEmpty());
      assertEquals(Map.of(B, RoadKind.H3), a.links.dialled());
      for (var family : List.of(Family.STREAM, Family.ELECT)) {
        await().until(() -> a.say(B, family, "there") && b.say(A, family, "back"));
        await().until(() -> b.heard.contains(family + " eu/a there"));
        await().until(() -> a.heard.contains(family + " eu/b back"));
      }
    }
  }

  private static boolean isOpenedByLarger(Lab.Station a, Lab.Station b) {
    var changes = a.links.peerRoads().get(B).history().stream();
    if (changes.anyMatch(change -> change.reason().equals("OPENED_BY_PEER"))) return true;
    b.say(A, Family.STREAM, "poison");
    b.links.want(Map.of(A, ELSEWHERE)); // another address makes the larger id open at once
    b.want(a);
    return false;
  }

  /** So does one that was there before: nothing happens to it then that would wake anybody. */
  @Test
  void aStreamOfTheLargerComesOverAsSoonAsTheSmallerHasARoadOfItsOwn() throws Exception {
    try (var lab = new Lab()) {
      // given two nodes with one road, the larger's
      var a = node(lab, A);
      var b = node(lab, B);
      b.want(a);
      await().until(() -> a.links.isLive(Family.ELECT) && a.links.up().contains(B));
      a.want(b);
      assertEquals(Map.of(), a.links.dialled());
      // when the Stream there fails, and the smaller opens another, on a road of its own
      await().until(() -> isOpenedBySmaller(a, b));
      // then the Elect comes over, and the larger's road goes
      await().until(() -> b.links.dialled().isEmpty() && a.links.isLive(Family.ELECT));
      assertEquals(Map.of(B, RoadKind.H3), a.links.dialled());
      for (var family : List.of(Family.STREAM, Family.ELECT)) {
        await().until(() -> hear(a, b, family));
      }
    }
  }

  /** Says it again until it is heard: a poison that comes late takes what was said with it. */
  private static boolean hear(Lab.Station a, Lab.Station b, Family family) {
    a.say(B, family, "there");
    b.say(A, family, "back");
    return b.heard.contains(family + " eu/a there") && a.heard.contains(family + " eu/b back");
  }

  /** However slow this machine is: where the larger was sooner, what it opened fails again. */
  private static boolean isOpenedBySmaller(Lab.Station a, Lab.Station b) {
    if (a.count(OUT) == 1) return true;
    b.say(A, Family.STREAM, "poison");
    return false;
  }

  /**
   * §9.8, §11: Deliver is opened by the side that sends, and a gRPC server opens no calls; so while
   * both have something to deliver each has its one connection, and one is left when they have not.
   */
  @Test
  void whileBothDeliverEachHasOneRoadAndThenOneIsLeft() throws Exception {
    try (var lab = new Lab()) {
      // given two nodes with one road
      var a = node(lab, A);
      var b = node(lab, B);
      a.want(b);
      await().until(() -> a.links.isLive(Family.ELECT) && a.links.up().contains(B));
      b.want(a);
      await().until(() -> b.links.dialled().isEmpty());
      // when both deliver, many times at once
      var dialled = dials(a) + dials(b);
      var deliveries = new ArrayList<Duplex>();
      for (var i = 0; i < 10; i++) {
        deliveries.add(a.links.deliver(B).orThrow());
        deliveries.add(b.links.deliver(A).orThrow());
      }
      // then one connection more was made, and the streams stay where they are
      assertEquals(dialled + 1, dials(a) + dials(b));
      assertEquals(1, a.count(OUT));
      // when there is no more to deliver, one is left
      deliveries.forEach(Duplex::close);
      await().until(() -> b.links.dialled().isEmpty());
      assertEquals(Map.of(B, RoadKind.H3), a.links.dialled());
      assertEquals(List.of("up eu/b"), a.heard);
    }
  }

  private static Lab.Station node(Lab lab, NodeId id) {
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(200));
    return lab.node(id, lab.ca.node(id), options -> options.withMode(RoadMode.H3).withTimes(times));
  }

  private static double dials(Lab.Station station) {
    return station.count("meshkit_dials_total{result=\"OK\",road=\"H3\"}");
  }
}
