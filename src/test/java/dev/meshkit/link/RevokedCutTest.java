package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * T20, T27 and §13: a live road whose peer's certificate is revoked is cut, and counted once by who
 * cuts it, whichever of the two dialled, over each kind of road.
 */
@Timeout(120)
class RevokedCutTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CUT = "meshkit_revoked_cut_total";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"listener", "dialler"})
  void aRevokedPeerIsCutAndCountedOnce(String who) {
    // given a road of each kind
    var pairs = RoadPair.ofEachKind(lab, RoadTimes.DEFAULTS, RoadTimes.DEFAULTS);
    for (var pair : pairs) pair.a().want(pair.b());
    await().atMost(PATIENCE).until(() -> pairs.stream().allMatch(RoadPair::isUp));
    // when one of its ends hears that the other's certificate is revoked
    var givenUp = pairs.stream().map(pair -> pair.a().dialsInVain()).toList();
    for (var pair : pairs) deny(pair, who);
    // then the road is gone, for both
    for (var pair : pairs) {
      var ends = List.of(pair.a(), pair.b());
      await().atMost(PATIENCE).until(() -> ends.stream().allMatch(one -> one.links.up().isEmpty()));
    }
    // and that end has counted it, and once, also when the other has tried again; so it has what
    // a dial has left there that took too long, on a machine that is slow
    for (var i = 0; i < pairs.size(); i++) {
      var pair = pairs.get(i);
      var denies = who.equals("listener") ? pair.b() : pair.a();
      var denied = who.equals("listener") ? pair.a() : pair.b();
      await().atMost(PATIENCE).until(() -> denies.count(CUT) >= 1);
      await().atMost(PATIENCE).until(() -> isBlocked(pair.a()));
      var most = 1 + givenUp.get(i);
      assertTrue(denies.count(CUT) <= most, pair.kind() + ": " + denies.count(CUT));
      assertEquals(0, denied.count(CUT), pair.kind().name());
    }
  }

  private void deny(RoadPair pair, String who) {
    var denies = who.equals("listener") ? pair.b() : pair.a();
    var denied = who.equals("listener") ? pair.a() : pair.b();
    denies.renew(lab.ca.denying(denies.id, denied.own.leaf()));
  }

  private static boolean isBlocked(Lab.Station station) {
    return station.news.stream().anyMatch(news -> news.what() == RoadNews.What.BLOCKED);
  }
}
