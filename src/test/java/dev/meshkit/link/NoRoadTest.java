package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * T26, T29, T34: where there is no road, or not the one that is wanted, an operator is told why.
 */
@Timeout(180)
class NoRoadTest {
  private static final NodeId C = NodeId.of("us", "c");
  private static final String DIALS = "meshkit_dials_total{result=\"%s\",road=\"H3\"}";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private Lab.Station node(NodeId id, RoadPolicy policy) {
    var loopback = new Endpoint("127.0.0.1", 0);
    var station = lab.node(id, lab.ca.node(id), options -> options.withLegacy(loopback));
    station.links.policy(policy).orThrow();
    return station;
  }

  private static RoadPolicy policy(Window eu, Window us) {
    return new RoadPolicy(RoadMode.AUTO, Map.of("eu", eu, "us", us));
  }

  private static List<RoadNews> told(Lab.Station station, RoadNews.What what) {
    return station.news.stream().filter(news -> news.what() == what).toList();
  }

  @Test
  void whereUdpIsBlockedModeH3SaysSo() throws Exception {
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H3));
    try (var path = new Crossing(lab.node(B).links.local())) {
      path.cutUdp();
      // when nobody is found at a seed, then that is told, and to whoever sends to the unknown
      var greeted = assertInstanceOf(Result.Err.class, a.links.greet(path.at())).error();
      assertTrue(greeted.fix().contains("listen.transport"), greeted.text());
      var seed =
          new RoadNews(RoadNews.What.NO_UDP, NodeId.NOBODY, "NO_ROAD", "MK-NET-004", path.at());
      assertEquals(List.of(seed), told(a, RoadNews.What.NO_UDP));
      var asked = assertInstanceOf(Result.Err.class, a.links.deliver(C)).error();
      assertEquals("MK-NET-004", asked.details().get("mk"), asked.text());
      // and so is it of a peer that is known
      a.links.want(Map.of(B, path.at()));
      var peer = new RoadNews(RoadNews.What.NO_UDP, B, "NO_ROAD", "MK-NET-004");
      await().until(() -> told(a, RoadNews.What.NO_UDP).equals(List.of(seed, peer)));
      assertEquals("MK-NET-004", a.links.peerRoads().get(B).code());
      // under its code it is counted
      assertTrue(a.count(DIALS.formatted("MK-NET-004")) >= 2, a.meters.scrape());
      assertEquals(0, a.count(DIALS.formatted("MK-TLS-013")), a.meters.scrape());
      // and once UDP passes, nothing of it is left
      path.mend();
      await().until(() -> a.links.up().contains(B));
      assertEquals("", a.links.peerRoads().get(B).code());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aLiveLinkEndsWhenNoVersionIsInCommonAnyMore(int version) {
    // given a link over either version
    var either = new Window(1, 2, version);
    var a = node(A, policy(either, either));
    var c = node(C, policy(either, either));
    a.want(c);
    c.want(a);
    await().until(() -> a.links.up().contains(C) && c.links.up().contains(A));
    // when both are told that one region permits what the other does not
    var apart = policy(Window.ONLY_CURRENT, new Window(1, 1, 1));
    a.links.policy(apart).orThrow();
    c.links.policy(apart).orThrow();
    // then there is no link any more, and both say why, once
    await().until(() -> a.links.up().isEmpty() && c.links.up().isEmpty());
    await().until(() -> a.links.dialled().isEmpty());
    var told = new RoadNews(RoadNews.What.NO_VERSION, C, "NO_ROAD", "MK-NET-007");
    for (var each : List.of(a, c))
      await().until(() -> !told(each, RoadNews.What.NO_VERSION).isEmpty());
    assertEquals(List.of(told), told(a, RoadNews.What.NO_VERSION));
    assertEquals(1, told(c, RoadNews.What.NO_VERSION).size(), c.news.toString());
    assertEquals("MK-NET-007", a.links.peerRoads().get(C).code());
    assertEquals("MK-NET-007", c.links.peerRoads().get(A).code());
    // and when they have one again, there is
    a.links.policy(policy(either, either)).orThrow();
    c.links.policy(policy(either, either)).orThrow();
    await().until(() -> a.links.up().contains(C) && c.links.up().contains(A));
  }

  @Test
  void aSwitchOfWhichOnlyOneSideWasToldIsToldOnceAndTheRoadStays() {
    var either = policy(new Window(1, 2, 2), Window.ONLY_CURRENT);
    var a = node(A, either);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.links.up().contains(B));
    var before = a.links.roads();
    a.links.policy(policy(new Window(1, 2, 1), Window.ONLY_CURRENT)).orThrow();
    await().until(() -> !told(a, RoadNews.What.NOT_SWITCHED).isEmpty());
    var told = new RoadNews(RoadNews.What.NOT_SWITCHED, B, "STAYS", "MK-NET-002");
    assertEquals(List.of(told), told(a, RoadNews.What.NOT_SWITCHED));
    assertEquals(before, a.links.roads());
    assertTrue(a.links.roads().get(B) != RoadKind.LEGACY);
  }

  @Test
  void itIsToldWhereTheOtherSideDialsAsWell() {
    var a = node(A, policy(new Window(1, 2, 2), Window.ONLY_CURRENT));
    var soon = RoadTimes.DEFAULTS.withHandOver(Duration.ofMillis(100));
    var b = lab.node(B, lab.ca.node(B), options -> options.withTimes(soon));
    a.want(b);
    await().until(() -> b.links.up().contains(A));
    b.links.policy(policy(new Window(1, 2, 1), Window.ONLY_CURRENT)).orThrow();
    var told = new RoadNews(RoadNews.What.NOT_SWITCHED, A, "STAYS", "");
    await().until(() -> b.news.contains(told));
    assertEquals(List.of(told), told(b, RoadNews.What.NOT_SWITCHED));
    assertTrue(b.links.up().contains(A));
  }
}
