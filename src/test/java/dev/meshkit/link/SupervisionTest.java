package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Recorded;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Streams end, come back, and cost nobody but themselves (T30, T31, T33, T34). */
class SupervisionTest {
  private static final String OUT = "meshkit_connections{direction=\"OUT\",road=\"H3\"}";
  private static final String IN = "meshkit_connections{direction=\"IN\",road=\"H3\"}";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aPeerThatIsRestartedIsTalkedToAgain() {
    // given two linked nodes, of which none changes its road meanwhile
    var a = lab.node(A, lab.ca.node(A), o -> o.withMode(RoadMode.H3));
    var b = lab.node(B);
    a.want(b);
    await().until(() -> b.say(A, Family.STREAM, "one"));
    await().until(() -> a.heard.contains("STREAM eu/b one"));
    // when one goes away, and comes back under a later generation at the same address
    b.close();
    await().until(() -> a.heard.contains("down eu/b") || a.heard.contains("down eu/b refused"));
    var again = lab.node(B, lab.ca.node(B), o -> o.withGeneration(2).withListen(b.links.local()));
    // then they are linked again, by the one that stayed
    await().until(() -> again.say(A, Family.STREAM, "two"));
    await().until(() -> a.heard.contains("STREAM eu/b two"));
    var told = a.heard.stream().filter(line -> line.matches("(up|down) eu/b.*")).toList();
    assertEquals("up eu/b", told.getLast(), told::toString);
  }

  @Test
  void aDeadAddressIsReportedAsRefused() {
    var a = lab.node(A);
    var b = lab.node(B);
    var nowhere = b.links.local();
    b.close();
    a.links.want(Map.of(B, nowhere));
    await().until(() -> a.heard.stream().anyMatch(line -> line.startsWith("down eu/b")));
    assertFalse(a.say(B, Family.STREAM, "into the void"));
  }

  @RepeatedTest(3)
  void whoeverDialsFirstOneStreamIsLeft() throws InterruptedException {
    // given the larger id dials first, and the smaller about when the larger's patience ends
    var a = lab.node(A);
    var b = lab.node(B);
    b.want(a);
    Thread.ofVirtual().start(() -> a.want(b)).join();
    // then there is one Stream and one Elect, whoever opened them, seen alike from both ends
    await().until(() -> a.links.up().contains(B) && b.links.up().contains(A));
    await().until(() -> a.say(B, Family.ELECT, "x") && b.say(A, Family.ELECT, "y"));
    await()
        .until(
            () ->
                a.count(OUT) + a.count(IN) == 1
                    && b.count(OUT) + b.count(IN) == 1
                    && a.count(OUT) == b.count(IN));
    await().until(() -> b.heard.contains("ELECT eu/a x") && a.heard.contains("ELECT eu/b y"));
  }

  @Test
  void theSmallersStreamStaysInWhateverOrderTheyCome() {
    for (var smaller : List.of(true, false)) {
      var smallers = new Standing(smaller, 1);
      var largers = new Standing(!smaller, 1);
      assertTrue(smallers.beats(largers, smaller));
      assertFalse(largers.beats(smallers, smaller));
      assertTrue(new Standing(!smaller, 2).beats(smallers, smaller), "a later process wins");
      assertFalse(new Standing(smaller, 1).beats(new Standing(!smaller, 2), smaller));
      assertTrue(smallers.beats(smallers, smaller), "of one opener the later stream wins");
    }
  }

  /**
   * Not alive for who opened it, and ignored by the other: a clone, or a process that goes on after
   * it was taken for dead, hears so at once, each time.
   */
  @Test
  void whoWasOutlivedByALaterProcessOfItsNodeHearsSoAtOnce() {
    // given a node that is linked to the later process of another
    var b = lab.node(B);
    var later = lab.node(A, lab.ca.node(A), options -> options.withGeneration(2));
    later.want(b);
    await().until(() -> b.links.up().contains(A));
    // when the earlier one opens its streams
    var earlier = lab.node(A, lab.ca.node(A), options -> options.withGeneration(1));
    earlier.want(b);
    // then they end with a reason, and those of the later one stay
    await()
        .until(
            () ->
                earlier.links.peerRoads().containsKey(B)
                    && earlier.links.peerRoads().get(B).history().stream()
                        .anyMatch(change -> change.reason().equals("FAILED_PRECONDITION")));
    assertEquals(List.of("up eu/a"), b.heard);
    await().until(() -> b.say(A, Family.STREAM, "to the later"));
    await().until(() -> later.heard.contains("STREAM eu/b to the later"));
    assertEquals(List.of("up eu/b"), later.heard.subList(0, 1));
  }

  @Test
  void aReaderThatFailsTakesItsWriterAlongAndTheStreamReturns() {
    // given two linked nodes, of which none changes its road meanwhile
    var a = lab.node(A, lab.ca.node(A), o -> o.withMode(RoadMode.H3));
    var b = lab.node(B);
    a.want(b);
    await().until(() -> b.say(A, Family.STREAM, "before"));
    await().until(() -> a.heard.contains("STREAM eu/b before"));
    // when a frame makes a's handler throw
    assertTrue(b.say(A, Family.STREAM, "poison"));
    // then that stream ends on both sides, is counted, and another takes its place: on a slow
    // machine both nodes open one, of which each is told as the smaller's takes the larger's place
    await().until(() -> a.heard.stream().filter("up eu/b"::equals).count() >= 2);
    assertEquals(1, a.count("meshkit_stream_drops_total{family=\"STREAM\",reason=\"exception\"}"));
    await().until(() -> b.say(A, Family.STREAM, "after"));
    await().until(() -> a.heard.contains("STREAM eu/b after"));
  }

  @Test
  void aSilentStreamEndsAndIsOpenedAnew() {
    var a = lab.node(A, lab.ca.node(A), options -> options.withSilence(Duration.ofMillis(300)));
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.heard.stream().filter("up eu/b"::equals).count() >= 2);
    await().until(() -> b.heard.stream().filter("up eu/a"::equals).count() >= 2);
  }

  /** T31: what was a reason to hurry while nothing waited spares the next break no pause. */
  @Test
  void anAddressThatChangedWhileTheStreamWasLiveSparesItsNextBreakNoPause() {
    // given a stream that the larger id has opened, and whose peer has moved meanwhile
    var a = lab.node(A);
    var b = lab.node(B);
    b.want(a);
    await().until(() -> b.links.up().contains(A));
    b.links.want(Map.of(A, new Endpoint("127.0.0.1", 9)));
    b.want(a);
    // when it breaks
    await().until(() -> b.say(A, Family.STREAM, "poison"));
    await().until(() -> changes(b).contains(RoadHistory.NONE));
    // then another is opened, after the second that the larger id leaves to the smaller
    await().until(() -> changes(b).indexOf(RoadHistory.NONE) < changes(b).size() - 1);
    var history = b.links.peerRoads().get(A).history();
    var broken = changes(b).indexOf(RoadHistory.NONE);
    var pause = Duration.between(history.get(broken).atWall(), history.get(broken + 1).atWall());
    assertTrue(pause.compareTo(Duration.ofSeconds(1)) >= 0, pause::toString);
  }

  /** What the Stream with the first node was carried by, from its first road on. */
  private static List<String> changes(Lab.Station station) {
    return station.links.peerRoads().get(A).history().stream().map(RoadChange::to).toList();
  }

  @Test
  void aPeerThatDoesNotReadCostsItsOwnBoundAndNobodyElse() throws Exception {
    // given a peer whose Stream handler hangs
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.say(B, Family.STREAM, "hang"));
    await().until(() -> b.heard.contains("hanging"));
    // when much more is said to it than any buffer holds
    var frame = Bytes.of(new byte[32 << 10]);
    var recorded =
        Recorded.during(
            () -> {
              for (var i = 0; i < 2_000; i++) assertTrue(a.links.send(B, Family.STREAM, "", frame));
            },
            "meshkit.SlowReader",
            "family");
    // then what is too much is dropped, counted and recorded once, and Elect is as before
    assertEquals(List.of("STREAM"), recorded);
    var dropped = "meshkit_stream_drops_total{family=\"STREAM\",reason=\"outgoing\"}";
    assertTrue(a.count(dropped) > 1_000, a.meters.scrape());
    await().until(() -> a.say(B, Family.ELECT, "still here"));
    await().until(() -> b.heard.contains("ELECT eu/a still here"));
    // T33: nor does anybody else wait for it
    var c = lab.node(NodeId.of("us", "c"));
    a.want(b, c);
    await().until(() -> a.say(c.id, Family.STREAM, "and you"));
    await().until(() -> c.heard.contains("STREAM eu/a and you"));
    b.unhang();
  }

  /** T31: the context of whoever wanted a stream, or asked for a delivery, ends neither. */
  @Test
  void streamsOutliveTheContextAndSoTheDeadlineOfWhoWantedThem() throws Exception {
    var a = lab.node(A);
    var b = lab.node(B);
    var hurry = Context.current().withCancellation();
    hurry.run(() -> a.want(b));
    await().until(() -> a.say(B, Family.STREAM, "first"));
    var delivery = hurry.call(() -> a.links.deliver(B)).orThrow();
    hurry.cancel(null); // as at a deadline
    await().until(() -> a.say(B, Family.STREAM, "second"));
    await().until(() -> b.heard.contains("STREAM eu/a second"));
    assertTrue(delivery.send(Bytes.utf8("one")));
    assertEquals("receipt for one", delivery.receive().orElseThrow().utf8());
    delivery.close();
  }

  @Test
  void whatWasSaidBeforeTheCloseArrives() {
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.say(B, Family.STREAM, "first"));
    assertTrue(a.say(B, Family.STREAM, "farewell"));
    a.close();
    await().until(() -> b.heard.contains("STREAM eu/a farewell"));
    await().until(() -> b.heard.contains("down eu/a"));
  }

  @Test
  void theCloseLeavesNoThread() {
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    b.want(a);
    await().until(() -> a.links.up().contains(B));
    a.close();
    b.close();
    a.close(); // again, harmlessly
    await().until(() -> threads().isEmpty());
    assertFalse(a.say(B, Family.STREAM, "too late"));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("meshkit"))
        .toList();
  }
}
