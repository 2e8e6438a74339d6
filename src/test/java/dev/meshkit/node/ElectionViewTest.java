package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RoundTrips;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators are shown of a leader that fell silent. */
final class ElectionViewTest {
  private static final Scope SCOPE = Scope.region("eu");
  private static final NodeId SELF = NodeId.of("eu", "n1");
  private static final NodeId LEADER = NodeId.of("eu", "n2");
  private static final Instant WALL = Instant.parse("2026-01-02T03:04:05Z");

  private static Clocks at(Duration monotonic) {
    return new Clocks(() -> WALL.plus(monotonic), () -> Instant.EPOCH.plus(monotonic));
  }

  private static ElectionView view(LeaderDecision decision, Instant ends) {
    var options =
        ElectionOptions.configured(
            SCOPE, SELF, dev.meshkit.api.Bytes.of(new byte[16]), List.of(SELF), Profile.REGION);
    var record = Durable.fresh(options.first()).record();
    return new ElectionView(
        SCOPE,
        decision,
        ends,
        WALL,
        "TRANSFER",
        SELF,
        Duration.ofMillis(80),
        7,
        record,
        record,
        List.of(),
        RoundTrips.NONE,
        "");
  }

  /** A promise that still binds is what following means; one that has run out is nobody's. */
  @Test
  void nobodyIsFollowedLongerThanThePromiseBinds() {
    var following = new LeaderDecision.Following(LEADER, new Fence(SCOPE, 1, 7));
    var view = view(following, Instant.EPOCH.plusMillis(600));
    assertSame(view, view.asOf(at(Duration.ofMillis(599))));
    var later = view.asOf(at(Duration.ofMillis(5_600)));
    assertEquals(new LeaderDecision.Undecided(7), later.decision());
    assertEquals(LEADER, later.before());
    assertEquals(WALL.plusMillis(600), later.sinceWall());
    assertEquals("TIMEOUT", later.cause());
  }

  /** Who leads by its own tenure, or follows nobody, is shown as it is. */
  @Test
  void whoFollowsNobodyStaysAsItIs() {
    var led = view(new LeaderDecision.Led(new Fence(SCOPE, 1, 7)), Instant.MAX);
    assertSame(led, led.asOf(at(Duration.ofHours(1))));
    var nobody = view(new LeaderDecision.Undecided(7), Instant.MAX);
    assertSame(nobody, nobody.asOf(at(Duration.ofHours(1))));
  }
}
