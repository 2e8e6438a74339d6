package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Passing news on: gossip.md §6. */
class RumoursTest {
  private static final NodeId TELLER = NodeId.of("eu", "teller");

  private final Rumours rumours = new Rumours(Timing.lan(), 50);
  private final Turn turn = new Turn(new Facts(Instant.EPOCH, Instant.EPOCH, 1));

  /** M20: as many items as changed subjects, each sent λ·ceil(log10(n+1)) times, then forgotten. */
  @Test
  void aRumourIsToldSoOftenAndNoMore() {
    rumours.sized(150);
    for (var change = 0; change < 3; change++)
      for (var i = 0; i < 20; i++) rumours.changed(turn, about(i), false, TELLER);
    assertEquals(20, rumours.size());
    var sends = new HashMap<Rumour, Integer>();
    while (rumours.isWaiting())
      for (var rumour : rumours.pick(7, _ -> 1)) sends.merge(rumour, 1, Integer::sum);
    assertEquals(20, sends.size());
    for (var count : sends.values()) assertEquals(4 * 3, count);
  }

  /** M20: the queue of a whole node never exceeds the subjects that changed. */
  @Test
  void theQueueNeverExceedsTheChangedSubjects() {
    var chance = new Random(20);
    var solo = new Solo("eu/n1");
    for (var i = 0; i < 2_000; i++) {
      solo.hear(Solo.alive("eu/m" + chance.nextInt(25), 1 + chance.nextInt(50), 0));
      assertTrue(solo.core.rumours() <= 25 + 1, "25 subjects and this node");
    }
  }

  /** Fewest sends first, urgent before normal, newest change, then by key. */
  @Test
  void theMostPressingGoesFirst() {
    rumours.changed(turn, about(1), false, TELLER);
    assertEquals(List.of(about(1)), rumours.pick(1, _ -> 1));
    rumours.changed(turn, about(2), false, TELLER);
    rumours.changed(turn, about(3), true, TELLER);
    rumours.changed(turn, about(4), false, TELLER);
    assertEquals(List.of(about(3), about(4), about(2), about(1)), rumours.pick(1_000, _ -> 1));
  }

  /** A change makes a subject news again, and only its newest state is told. */
  @Test
  void aChangeStartsTheCountAnew() {
    rumours.sized(9);
    rumours.changed(turn, about(1), false, TELLER);
    for (var i = 0; i < 3; i++) rumours.pick(1, _ -> 1);
    rumours.changed(turn, about(1), false, TELLER);
    for (var i = 0; i < 4; i++) assertEquals(1, rumours.pick(1, _ -> 1).size());
    assertEquals(0, rumours.size());
  }

  /** M21: urgent news goes at once to all neighbours but its teller, at most 50 a second. */
  @Test
  void urgentNewsIsForwardedOnFirstSightAndLimited() {
    var solo = new Solo("eu/n1");
    solo.peers(5);
    solo.pass(Duration.ofSeconds(2));
    solo.effects.clear();
    var m1 = NodeId.of("eu", "m1");
    solo.frame(m1, new Frame.News(), Solo.alive("eu/m2", 1, 1));
    var heard =
        solo.effects.stream()
            .filter(e -> e instanceof Effect.Send send && send.frame().body() instanceof Frame.News)
            .map(e -> ((Effect.Send) e).to().name())
            .toList();
    assertEquals(List.of("m2", "m3", "m4", "m5"), heard);
    solo.effects.clear();
    solo.frame(m1, new Frame.News(), Solo.alive("eu/m2", 1, 1));
    assertEquals(List.of(), solo.sent(Frame.News.class), "not news any more");
    for (var i = 0; i < 200; i++) rumours.changed(turn, about(i), true, TELLER);
    assertEquals(50, rumours.takeFlood().size());
    assertEquals(200, rumours.size(), "the rest goes as ordinary news");
  }

  private static Rumour about(int number) {
    return new Rumour.OfMember(NodeId.of("eu", "m" + number));
  }
}
