package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.api.Disposition.Unreachable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Q41 What every queue promises of its lanes: Q18, Q21–Q24, Q28. */
interface LaneContract {
  Lane OTHER = Lane.of("eu/n3");

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q22 A failure in a run releases exactly the later ones; the next run begins at it. */
  @Test
  default void aFailureInARunReleasesExactlyTheLaterOnes() throws Exception {
    try (var bed = open(QueueOptions.of("q").laneWindow(4))) {
      for (var body : List.of("a", "b", "c", "d", "e")) bed.enqueue(body);
      var run = bed.run(LANE, 9);
      assertEquals(List.of("a", "b", "c", "d"), bodies(run));
      assertEquals(List.of(), bed.run(LANE, 9), "one holder at a time");
      bed.settle(run.get(1), new Retry(WHY, Duration.ZERO));
      assertInstanceOf(Settled.Stale.class, bed.settle(run.get(2), Ack.plain()));
      assertInstanceOf(Settled.Stale.class, bed.settle(run.get(3), Ack.plain()));
      assertEquals(new Settled.Done(), bed.settle(run.getFirst(), Ack.plain()));
      assertEquals(List.of(), bed.run(LANE, 9), "the failed one holds its lane");
      bed.pass(Duration.ofSeconds(1));
      var again = bed.run(LANE, 9);
      assertEquals(List.of("b", "c", "d", "e"), bodies(again));
      assertEquals(List.of(2, 1, 1, 1), again.stream().map(Lease::attempt).toList());
      assertEquals(
          List.of(2L, 3L, 4L, 5L),
          again.stream().map(l -> l.origin() - first(again)).map(n -> n + 2).toList());
    }
  }

  /**
   * Q22 Who holds a run may have what follows it; nobody else may, and nobody beyond the window.
   */
  @Test
  default void theHolderOfARunMayHaveWhatFollows() throws Exception {
    try (var bed = open(QueueOptions.of("q").laneWindow(4))) {
      for (var body : List.of("a", "b", "c", "d", "e", "f", "g")) bed.enqueue(body);
      var run = bed.run(LANE, 2);
      assertEquals(List.of("c"), bodies(bed.more(run.getFirst(), 1)));
      var rest = bed.more(run.getLast(), 9);
      assertEquals(List.of("d"), bodies(rest), "the window is 4");
      assertEquals(List.of(), bed.more(run.getFirst(), 9));
      bed.settle(run.getFirst(), Ack.plain());
      assertEquals(List.of(), bed.run(LANE, 9), "one holder at a time");
      assertEquals(List.of(), bed.more(run.getFirst(), 9), "a lease that is over");
      assertEquals(List.of("e"), bodies(bed.more(run.getLast(), 9)));
      // what was added goes back with the rest of the run
      bed.settle(run.getLast(), new Release());
      assertInstanceOf(Settled.Stale.class, bed.settle(rest.getFirst(), Ack.plain()));
      assertEquals(List.of(), bed.more(rest.getFirst(), 9), "a lease that was taken back");
      assertEquals(List.of("b", "c", "d", "e"), bodies(bed.run(LANE, 9)));
    }
  }

  /** A holder gets no more of a lane that was paused, or is held by a task that waits. */
  @Test
  default void nothingFollowsInALaneThatIsNotOpen() throws Exception {
    try (var bed = open(QueueOptions.of("q").laneWindow(4))) {
      for (var body : List.of("a", "b", "c", "d")) bed.enqueue(body);
      var run = bed.run(LANE, 2);
      bed.queue().pause(new Target.OneLane(LANE), new Audit("test", "a look")).orThrow();
      assertEquals(List.of(), bed.more(run.getFirst(), 1));
      bed.queue().resume(new Target.OneLane(LANE), new Audit("test", "seen")).orThrow();
      bed.settle(run.getLast(), new Retry(WHY, Duration.ZERO));
      assertEquals(List.of(), bed.more(run.getFirst(), 1));
      assertFalse(bed.queue().leaseMore(run.getFirst(), 0).isOk());
    }
  }

  private static long first(List<Lease<Bytes>> run) {
    return run.getFirst().origin();
  }

  /** Q22 So does an expiry; each later one is released once, uncharged. */
  @Test
  default void anExpiryInARunGoesBack() throws Exception {
    try (var bed = open(QueueOptions.of("q").lease(Duration.ofSeconds(4), Duration.ofMinutes(1)))) {
      for (var body : List.of("a", "b", "c")) bed.enqueue(body);
      var run = bed.run(LANE, 3);
      bed.pass(Duration.ofSeconds(3));
      bed.queue().heartbeat(run.get(0)).orThrow();
      bed.queue().heartbeat(run.get(2)).orThrow();
      bed.pass(Duration.ofSeconds(2));
      assertEquals(new Settled.Done(), bed.settle(run.get(0), Ack.plain()));
      assertInstanceOf(Settled.Stale.class, bed.settle(run.get(2), Ack.plain()));
      bed.pass(Duration.ofSeconds(1));
      var again = bed.run(LANE, 3);
      assertEquals(List.of("b", "c"), bodies(again));
      assertEquals(List.of(2, 1), again.stream().map(Lease::attempt).toList());
    }
  }

  /** Q17, Q22 Also when it was the failed one's last: by its word, or by its silence. */
  @Test
  default void theLastFailureInARunGoesBackToo() throws Exception {
    var options = QueueOptions.of("q").maxAttempts(1);
    try (var bed = open(options.lease(Duration.ofSeconds(4), Duration.ofMinutes(1)))) {
      for (var body : List.of("a", "b", "c", "d")) bed.enqueue(body);
      var run = bed.run(LANE, 9);
      assertInstanceOf(Settled.Dead.class, bed.settle(run.get(1), new Retry(WHY, Duration.ZERO)));
      assertEquals(new Settled.Done(), bed.settle(run.getFirst(), Ack.plain()));
      assertInstanceOf(Settled.Stale.class, bed.settle(run.get(2), Ack.plain()));
      var again = bed.run(LANE, 9);
      assertEquals(List.of("c", "d"), bodies(again));
      bed.pass(Duration.ofSeconds(5));
      assertInstanceOf(Settled.Stale.class, bed.settle(again.get(1), Ack.plain()));
      var last = bed.run(LANE, 9);
      assertEquals(List.of("d"), bodies(last));
      assertEquals(1, last.getFirst().attempt(), "not charged");
      var dead = bed.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(
          List.of(Reason.EXHAUSTED, Reason.EXHAUSTED),
          dead.stream().map(DeadTask::reason).toList());
    }
  }

  /** Q21, Q22 Also when a newer one has come instead: by its word, or by its silence. */
  @Test
  default void aFailureThatIsSupersededGoesBackToo() throws Exception {
    var state = TaskOptions.DEFAULTS.withCoalesceKey("k");
    var options = QueueOptions.of("q").lease(Duration.ofSeconds(4), Duration.ofMinutes(1));
    try (var bed = open(options)) {
      bed.enqueue(LANE, "a", state);
      bed.enqueue("b");
      var run = bed.run(LANE, 9);
      bed.enqueue(LANE, "a2", state);
      var retry = new Retry(WHY, Duration.ZERO);
      assertEquals(new Settled.Superseded(), bed.settle(run.getFirst(), retry));
      assertInstanceOf(Settled.Stale.class, bed.settle(run.get(1), Ack.plain()));
      bed.enqueue("c");
      var again = bed.run(LANE, 9);
      assertEquals(List.of("b", "a2", "c"), bodies(again));
      assertEquals(new Settled.Done(), bed.settle(again.getFirst(), Ack.plain()));
      bed.enqueue(LANE, "a3", state);
      bed.pass(Duration.ofSeconds(3));
      assertTrue(bed.queue().heartbeat(again.getLast()).isOk());
      bed.pass(Duration.ofSeconds(2));
      assertInstanceOf(Settled.Stale.class, bed.settle(again.getLast(), Ack.plain()));
      var last = bed.run(LANE, 9);
      assertEquals(List.of("c", "a3"), bodies(last));
      assertEquals(1, last.getFirst().attempt(), "not charged");
    }
  }

  /** Q18, Q22 A worker of any lane gets a STRICT lane's head alone, and a RELAXED one's window. */
  @Test
  default void aLanesOrderSaysHowManyItGives() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      for (var body : List.of("a", "b")) bed.enqueue(body);
      bed.enqueue(OTHER, "x");
      assertEquals(List.of("a", "x"), bed.leaseNow(9));
      assertEquals(List.of(), bed.leaseNow(9));
    }
    try (var bed = open(QueueOptions.of("r").relaxed().laneWindow(3))) {
      for (var body : List.of("a", "b", "c", "d")) bed.enqueue(body);
      var leases = bed.queue().lease(9, Duration.ZERO).orThrow();
      assertEquals(List.of("a", "b", "c"), bodies(leases));
      bed.settle(leases.get(1), new Retry(WHY, Duration.ZERO));
      assertEquals(List.of("d"), bed.leaseNow(9), "a delayed task blocks nothing");
    }
  }

  @Test
  default void aStrictLaneTakesNoLaterStart() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var later = TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofSeconds(1)));
      var spec = new TaskSpec<>(LANE, "k", Bytes.utf8("a"), later);
      assertEquals("error.validation", error(bed.queue().enqueue(spec)).code());
    }
  }

  /** Q23 Lanes take turns, by their weight; classes keep their shares. */
  @Test
  default void lanesTakeTurnsAndClassesKeepTheirShares() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      bed.queue().weigh(OTHER, 2, new Audit("ana", "it is larger")).orThrow();
      for (var i = 0; i < 20; i++) {
        bed.enqueue(LANE, "a");
        bed.enqueue(OTHER, "b");
        bed.enqueue(new Lane("k", TrafficClass.CONTROL), "C");
        bed.enqueue(new Lane("k", TrafficClass.STATE), "S");
      }
      var got = bed.leaseNow(26);
      assertEquals(16, Collections.frequency(got, "C"), 1.0);
      assertEquals(8, Collections.frequency(got, "S"), 1.0);
      bed.queue().cancel(TaskFilter.ofLane("k"), new Audit("ana", "only the others")).orThrow();
      var rest = bed.leaseNow(9);
      var gap = Collections.frequency(rest, "b") - 2 * Collections.frequency(rest, "a");
      assertTrue(Math.abs(gap) <= 3, rest::toString);
      assertEquals(
          "error.validation", error(bed.queue().weigh(LANE, 0, new Audit("a", "b"))).code());
    }
  }

  /** Q21 The newer of one key takes the older's place; one that is leased is left alone. */
  @Test
  default void theNewerTakesThePlaceOfTheOlder() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("temperature");
      var old = bed.enqueue(LANE, "20°", keyed).id();
      bed.enqueue("other");
      var replaced = assertInstanceOf(Enqueued.Coalesced.class, bed.enqueue(LANE, "21°", keyed));
      assertEquals(old, replaced.replaced());
      var lease = bed.lease();
      assertEquals("21°", lease.value().utf8());
      assertInstanceOf(Enqueued.Accepted.class, bed.enqueue(LANE, "22°", keyed));
      assertInstanceOf(Enqueued.Coalesced.class, bed.enqueue(LANE, "23°", keyed));
      assertEquals(new Settled.Superseded(), bed.settle(lease, new Release()));
      assertEquals(List.of("other", "23°"), bodies(bed.run(LANE, 9)));
    }
  }

  /** Q21 One lease a key. */
  @Test
  default void aKeyHasOneLease() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("temperature");
      bed.enqueue(LANE, "20°", keyed);
      var lease = bed.lease();
      bed.enqueue(LANE, "21°", keyed);
      bed.enqueue("other");
      assertEquals(List.of("other"), bed.leaseNow(9));
      bed.settle(lease, Ack.plain());
      assertEquals(List.of("21°"), bed.leaseNow(9));
    }
  }

  /** Q24 A paused queue, lane or key leases nothing, loses nothing and names its actor. */
  @Test
  default void whatIsPausedLeasesNothing() throws Exception {
    var by = new Audit("ana", "maintenance");
    var state = new Lane(LANE.key(), TrafficClass.STATE);
    for (var what :
        List.of(new Target.Queue(), new Target.OneLane(LANE), new Target.Key(LANE.key()))) {
      try (var bed = open(QueueOptions.of(what.getClass().getSimpleName()))) {
        bed.enqueue("a");
        bed.queue().pause(what, by).orThrow();
        bed.enqueue(state, "b");
        assertEquals(what instanceof Target.OneLane ? List.of("b") : List.of(), bed.leaseNow(9));
        var fronts = bed.queue().fronts().orThrow();
        assertTrue(
            fronts.stream().anyMatch(f -> f.lane().equals(LANE) && f.pausedBy().equals("ana")));
        assertEquals(what instanceof Target.Queue, bed.queue().stats().paused());
        var waiting = new FutureTask<>(() -> bed.queue().leaseLane(LANE, 1, PATIENCE).orThrow());
        Thread.ofVirtual().start(waiting);
        bed.queue().resume(what, by).orThrow();
        assertEquals(List.of("a"), bodies(waiting.get()));
        var kinds = bed.queue().poison().jobs(0, 9).orThrow().stream().map(Job::kind).toList();
        assertEquals(List.of(Job.Kind.PAUSE, Job.Kind.RESUME), kinds);
      }
    }
  }

  /** Q22, Q27 What expires behind a head that lives goes too, and takes no room any more. */
  @Test
  default void whatExpiresBehindALivingHeadGoes() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var life = Duration.ofSeconds(20);
      bed.enqueue("head");
      bed.enqueue(LANE, "dies", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.POISON));
      bed.enqueue(LANE, "drops", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.DROP));
      bed.enqueue("tail");
      var head = bed.run(LANE, 1).getFirst();
      for (var i = 0; i < 9; i++) {
        bed.pass(Duration.ofSeconds(15));
        bed.queue().heartbeat(head).orThrow();
      }
      var stats = bed.queue().stats().lanes();
      assertEquals(List.of(new LaneStats(LANE, 1, 0, 1, 1, 8, false, 0)), stats);
      var dead = bed.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.EXPIRED), dead.stream().map(DeadTask::reason).toList());
      bed.settle(head, Ack.plain());
      assertEquals(List.of("tail"), bed.leaseNow(9));
    }
  }

  /** Q27 So does what is paused, or waits for another try for longer than it has time. */
  @Test
  default void whatNobodyMayTakeExpiresAllTheSame() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      var brief = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(20), OnExpiry.POISON);
      bed.enqueue(LANE, "later", brief);
      bed.settle(bed.lease(), new Snooze(Duration.ofHours(1), "not now"));
      bed.enqueue(OTHER, "lives");
      bed.enqueue(OTHER, "brief", brief);
      bed.queue().pause(new Target.OneLane(OTHER), new Audit("ana", "a test")).orThrow();
      bed.pass(Duration.ofSeconds(150));
      assertEquals(0, bed.queue().stats().delayed());
      assertEquals(2, bed.queue().stats().dead());
      bed.queue().resume(new Target.OneLane(OTHER), new Audit("ana", "done")).orThrow();
      assertEquals(List.of("lives"), bed.leaseNow(9));
    }
  }

  /** Q28 An open breaker charges nothing; one probe per half-open; a link-up probes at once. */
  @Test
  default void anUnreachableKeyIsLeftAlone() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      for (var body : List.of("a", "b")) bed.enqueue(body);
      bed.enqueue(OTHER, "x");
      for (var i = 0; i < 3; i++) bed.settle(bed.run(LANE, 1).getFirst(), new Unreachable(WHY));
      assertEquals(List.of("x"), bed.leaseNow(9));
      bed.pass(Duration.ofMillis(390));
      assertEquals(List.of(), bed.leaseNow(9));
      bed.pass(Duration.ofMillis(220));
      var probe = bed.queue().lease(9, Duration.ZERO).orThrow();
      assertEquals(1, probe.size());
      assertEquals(1, probe.getFirst().attempt());
      assertEquals(List.of(), bed.leaseNow(9));
      bed.settle(probe.getFirst(), new Unreachable(WHY));
      var waiting = new FutureTask<>(() -> bed.lease());
      Thread.ofVirtual().start(waiting);
      bed.queue().linkUp(LANE.key());
      bed.settle(waiting.get(), Ack.plain());
      assertEquals(1, bed.leaseNow(9).size());
    }
  }

  /** Numbers are given at the first lease, without gaps, and kept. */
  @Test
  default void numbersHaveNoGaps() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("k");
      Stream.of("a", "b").forEach(body -> enqueueQuietly(bed, body, TaskOptions.DEFAULTS));
      Stream.of("c", "d").forEach(body -> enqueueQuietly(bed, body, keyed));
      var next = bed.queue().nextOrigin(LANE);
      var run = bed.run(LANE, 9);
      assertEquals(List.of(next, next + 1, next + 2), run.stream().map(Lease::origin).toList());
      bed.settle(run.getFirst(), new Release());
      assertEquals(
          List.of(next, next + 1, next + 2), bed.run(LANE, 9).stream().map(Lease::origin).toList());
      assertEquals(next + 3, bed.queue().nextOrigin(LANE));
    }
  }

  private static void enqueueQuietly(Bed bed, String body, TaskOptions options) {
    try {
      bed.enqueue(LANE, body, options);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
