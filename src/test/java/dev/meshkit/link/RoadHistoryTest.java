package dev.meshkit.link;

import static dev.meshkit.link.RoadNews.What.DOWNGRADED;
import static dev.meshkit.link.RoadNews.What.LEFT_LEGACY;
import static dev.meshkit.link.RoadNews.What.LEGACY;
import static dev.meshkit.link.RoadNews.What.NOT_SWITCHED;
import static dev.meshkit.link.RoadNews.What.NO_UDP;
import static dev.meshkit.link.RoadNews.What.PROMOTED;
import static dev.meshkit.link.RoadNews.What.UDP_BLOCKED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import dev.meshkit.transport.RoadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T26: whether it is one peer that fell to HTTP/2, or this host that has no UDP. */
class RoadHistoryTest {
  private final List<RoadNews.What> told = new ArrayList<>();
  private final List<Duration> took = new ArrayList<>();
  private Instant wall = Instant.parse("2026-01-01T12:00:00Z");
  private Instant monotonic = Instant.EPOCH;
  private final RoadHistory history = new RoadHistory(() -> wall, () -> monotonic, this::tell);

  private void tell(RoadNews news) {
    told.add(news.what());
    took.add(news.took());
  }

  private static NodeId peer(String name, int number) {
    return NodeId.of("eu", name + number);
  }

  /** Dialled by this node, where UDP is blocked. */
  private void falls(NodeId peer) {
    history.downgraded(peer, "TIMEOUT");
    history.live(peer, RoadKind.H2, true);
  }

  @Test
  void peersThatAreOnHttp3AreReasonToBlameTheOthersOneByOne() {
    for (var i = 0; i < 2; i++) history.live(peer("well", i), RoadKind.H3, false);
    for (var i = 0; i < 4; i++) falls(peer("ill", i));
    assertEquals(List.of(DOWNGRADED, DOWNGRADED, DOWNGRADED, DOWNGRADED), told);
  }

  /** Half of the peers have smaller ids, and dial. */
  @Test
  void peersThatHaveDialledOverHttp2AreOnItTheSame() {
    for (var i = 0; i < 6; i++) history.live(peer("caller", i), RoadKind.H2, false);
    falls(peer("called", 0));
    assertEquals(List.of(UDP_BLOCKED), told);
  }

  @Test
  void peersThatAreGoneForLongDoNotCount() {
    // given many peers that were there, on either road, until just now
    for (var i = 0; i < 10; i++) {
      history.live(peer("gone", i), i < 5 ? RoadKind.H3 : RoadKind.H2, false);
      history.down(peer("gone", i), "ENDED");
    }
    for (var i = 0; i < 3; i++) falls(peer("ill", i));
    assertEquals(List.of(DOWNGRADED, DOWNGRADED, DOWNGRADED), told);
    // when that is long ago
    wall = wall.plus(Duration.ofMinutes(11));
    falls(peer("ill", 3));
    // then all that are left have fallen
    assertEquals(UDP_BLOCKED, told.getLast());
  }

  /** T26, T34: who was dialled keeps events of its own, which must not end with what is over. */
  @Test
  void whoIsDialledTellsOfTheRoadAsWell() {
    var peer = peer("caller", 0);
    falls(peer);
    history.live(peer, RoadKind.H3, false);
    history.live(peer, RoadKind.LEGACY, false);
    history.live(peer, RoadKind.H3, false);
    assertEquals(List.of(DOWNGRADED, PROMOTED, LEGACY, LEFT_LEGACY), told);
  }

  /** T26, G30: by the clock that nobody sets; where the peer dialled there is nothing to tell. */
  @Test
  void whoHasDialledAnotherVersionTellsHowLongThatTook() {
    var peer = peer("called", 0);
    history.switching(peer); // in vain
    monotonic = monotonic.plusSeconds(60);
    history.switching(peer);
    monotonic = monotonic.plusMillis(212);
    history.won(peer, RoadKind.LEGACY);
    monotonic = monotonic.plusMillis(5);
    history.live(peer, RoadKind.H3, false);
    history.switching(peer); // and the peer is faster
    history.live(peer, RoadKind.LEGACY, false);
    assertEquals(List.of(LEGACY, LEFT_LEGACY, LEGACY), told);
    assertEquals(List.of(Duration.ofMillis(212), Duration.ZERO, Duration.ZERO), took);
  }

  /** T36: one of two hears first of another version, and dials where the other is not yet. */
  @Test
  void aRoadThatIsNotSwitchedIsToldOnceAndOnlyWhenItHasStayedSo() {
    var peer = peer("slow", 0);
    history.live(peer, RoadKind.H3, true);
    // given a flip that the peer hears of within seconds
    history.notSwitched(peer, "MK-NET-002");
    passes(2_999);
    history.notSwitched(peer, "MK-NET-002");
    history.won(peer, RoadKind.LEGACY);
    assertEquals(List.of(LEGACY), told);
    // and one that was taken back before that, long ago
    history.notSwitched(peer, "");
    history.asWanted(peer);
    passes(3_600_000);
    history.notSwitched(peer, "MK-NET-002");
    assertEquals(List.of(LEGACY), told);
    // when it stays so, then it is told, and not again
    passes(3_000);
    history.notSwitched(peer, "MK-NET-002");
    passes(60_000);
    history.notSwitched(peer, "MK-NET-002");
    assertEquals(List.of(LEGACY, NOT_SWITCHED), told);
    // and the next time anew
    history.asWanted(peer);
    history.notSwitched(peer, "MK-NET-002");
    passes(3_000);
    history.notSwitched(peer, "MK-NET-002");
    assertEquals(List.of(LEGACY, NOT_SWITCHED, NOT_SWITCHED), told);
  }

  private void passes(long millis) {
    monotonic = monotonic.plusMillis(millis);
  }

  /** T29: the reason is shown, and told of once, until there is a road. */
  @Test
  void whyThereIsNoRoadIsToldOnceAndShownUntilThereIsOne() {
    var peer = peer("silent", 0);
    for (var i = 0; i < 3; i++) history.failed(peer, "MK-NET-004");
    assertEquals(List.of(NO_UDP), told);
    assertEquals("MK-NET-004", history.code(peer));
    history.live(peer, RoadKind.H3, true);
    assertEquals("", history.code(peer));
    history.failed(peer, "MK-NET-004"); // its own road is there
    history.down(peer, "LOST");
    assertEquals(List.of(NO_UDP), told);
    history.failed(peer, "MK-NET-004");
    assertEquals(List.of(NO_UDP, NO_UDP), told);
  }

  /** T27: a block that is over is shown no more. */
  @Test
  void whoeverWasBlockedAndIsOnlyAwayNowIsNotBlocked() {
    var peer = peer("away", 0);
    history.blocked(peer, "MK-TLS-009");
    assertEquals("BLOCKED MK-TLS-009", history.of(peer).getLast().to() + " " + history.code(peer));
    history.failed(peer, "MK-NET-002");
    assertEquals("NONE MK-NET-002", history.of(peer).getLast().to() + " " + history.code(peer));
  }
}
