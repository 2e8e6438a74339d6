package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Q22 The order of a STRICT lane, in whatever order the tasks of a run come back. */
interface OrderContract {
  List<String> ALL = List.of("a", "b", "c", "d");
  Snooze LONG = new Snooze(Duration.ofMinutes(1), "later");
  Audit BY = new Audit("ana", "a test");

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  private Bed four() throws InterruptedException {
    var leases = Duration.ofSeconds(4);
    var bed = open(QueueOptions.of("q").lease(leases, Duration.ofMinutes(9)));
    for (var body : ALL) bed.enqueue(body);
    return bed;
  }

  /** All that the lane gives, one by one, for as long as it has something. */
  private static List<String> drain(Bed bed) throws InterruptedException {
    var order = new ArrayList<String>();
    for (var i = 0; i < 20; i++) {
      for (var lease : bed.queue().lease(1, Duration.ZERO).orThrow()) {
        order.add(lease.value().utf8());
        bed.settle(lease, Ack.plain());
      }
      if (bed.queue().stats().ready() + bed.queue().stats().delayed() == 0) break;
      if (bed.queue().stats().lanes().getFirst().heldBy() != 0) bed.pass(Duration.ofSeconds(10));
    }
    return order;
  }

  @Test
  default void theLaterOneMayComeBackFirst() throws Exception {
    for (var said :
        List.<Disposition>of(
            new Snooze(Duration.ofSeconds(1), "not yet"),
            new Retry(WHY, Duration.ZERO),
            new Release())) {
      try (var bed = four()) {
        var run = bed.run(LANE, 9);
        bed.settle(run.get(1), LONG);
        bed.settle(run.get(0), said);
        bed.pass(Duration.ofSeconds(2));
        assertEquals(ALL, drain(bed), said::toString);
      }
    }
  }

  @Test
  default void theEarlierOneMayExpire() throws Exception {
    try (var bed = four()) {
      var run = bed.run(LANE, 9);
      bed.settle(run.get(1), new Retry(WHY, Duration.ofMinutes(1)));
      bed.pass(Duration.ofSeconds(6));
      assertEquals(1, bed.queue().stats().lanes().getFirst().ready() - 2, "it is ready again");
      assertEquals(ALL, drain(bed));
    }
  }

  @Test
  default void theEarlierOneMayBeCanceled() throws Exception {
    for (var said : List.<Disposition>of(new Retry(WHY, Duration.ZERO), new Release())) {
      try (var bed = four()) {
        var run = bed.run(LANE, 9);
        bed.settle(run.get(1), LONG);
        bed.settle(run.get(0), said);
        bed.queue().cancel(TaskFilter.one(run.getFirst().id()), BY).orThrow();
        assertEquals(List.of("b", "c", "d"), drain(bed), said::toString);
      }
    }
  }

  @Test
  default void theOneThatHoldsMayBeCanceled() throws Exception {
    try (var bed = four()) {
      var run = bed.run(LANE, 9);
      bed.settle(run.get(2), LONG);
      bed.settle(run.get(1), LONG);
      bed.settle(run.get(0), Ack.plain());
      bed.queue().cancel(TaskFilter.one(run.get(1).id()), BY).orThrow();
      assertEquals(run.get(2).id().seq(), bed.queue().stats().lanes().getFirst().heldBy());
      assertEquals(List.of("c", "d"), drain(bed));
    }
  }

  /** What is ready before the one that waits is given at once; a run ends there. */
  @Test
  default void aTaskThatWaitsHoldsOnlyWhatIsBehindIt() throws Exception {
    try (var bed = four()) {
      var run = bed.run(LANE, 9);
      bed.settle(run.get(1), LONG);
      bed.settle(run.get(0), new Release());
      assertEquals(0, bed.queue().stats().lanes().getFirst().heldBy());
      var first = bed.run(LANE, 9);
      assertEquals(List.of("a"), bodies(first));
      bed.settle(first.getFirst(), Ack.plain());
      assertEquals(run.get(1).id().seq(), bed.queue().stats().lanes().getFirst().heldBy());
      assertEquals(List.of(), bed.run(LANE, 9));
    }
  }

  @Test
  default void whatIsBroughtBackAtTheHeadGoesBeforeTheOneThatWaits() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.kill("dead");
      for (var body : ALL) bed.enqueue(body);
      bed.settle(bed.lease(), LONG);
      var job =
          bed.queue().poison().redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS.atHead(), BY);
      bed.queue().poison().await(job.orThrow().id(), QueueFixture.PATIENCE).orThrow();
      assertEquals(List.of("dead"), bodies(bed.run(LANE, 9)));
    }
  }

  /** A task that took another's place holds the lane no more. */
  @Test
  default void aNewerOneOfItsKeyEndsAHold() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var keyed = TaskOptions.DEFAULTS.withCoalesceKey("temperature");
      bed.enqueue(LANE, "20°", keyed);
      bed.enqueue("other");
      bed.settle(bed.lease(), LONG);
      assertEquals(List.of(), bed.leaseNow(9));
      bed.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8("21°"), keyed)).orThrow();
      assertEquals(List.of("21°", "other"), bodies(bed.run(LANE, 9)));
    }
  }

  /** Q22 What is settled makes room for what follows, beside a task that is still held or alone. */
  @Test
  default void whoSettlesGetsWhatFollowsInTheLane() throws Exception {
    try (var bed = four()) {
      var run = bed.run(LANE, 2);
      var first = bed.exchange(run.subList(0, 1), Optional.of(run.get(1)), 1);
      assertEquals(List.of("c"), bodies(first.leased()));
      assertEquals(3, first.leased().getFirst().origin() - run.get(0).origin() + 1);
      var rest = List.of(run.get(1), first.leased().getFirst());
      var second = bed.exchange(rest, Optional.empty(), 9);
      assertEquals(List.of("d"), bodies(second.leased()));
      var last = bed.exchange(second.leased(), Optional.empty(), 9);
      assertEquals(List.of(new Settled.Done()), last.settled());
      assertEquals(List.of(), last.leased());
      assertEquals(0, bed.queue().stats().ready() + bed.queue().stats().leased());
    }
  }

  /** Q12 Under leases that are over nothing is settled, and nothing follows but by the rules. */
  @Test
  default void whoSettlesTooLateGetsNothingOfTheNextHolders() throws Exception {
    try (var bed = four()) {
      var run = bed.run(LANE, 2);
      bed.settle(run.get(0), new Release()); // and with it the later one
      var next = bed.run(LANE, 1);
      var late = bed.exchange(run, Optional.of(run.get(1)), 9);
      for (var one : late.settled()) assertInstanceOf(Settled.Stale.class, one);
      assertEquals(List.of(), late.leased());
      assertEquals(new Settled.Done(), bed.settle(next.getFirst(), Ack.plain()));
      assertEquals(List.of("b", "c", "d"), drain(bed));
    }
  }

  /**
   * Q36 Who could never be served is ended without a lease: by the reason given, in order, charged
   * nothing and without a number; not while somebody has the head, nor what is behind one that
   * waits, nor while the lane is paused; and nothing if there is no reason any more.
   */
  @Test
  default void whatIsExpelledGetsNoNumber() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      for (var body : List.of("a", "b", "c", "d")) bed.enqueue(body);
      var held = bed.lease();
      assertEquals(0, expelled(bed, Optional.of(WHY)), "somebody has the head");
      bed.settle(held, new Retry(WHY, Duration.ofSeconds(60)));
      assertEquals(0, expelled(bed, Optional.of(WHY)), "the head waits for its time");
      bed.pass(Duration.ofSeconds(120));
      assertEquals(0, expelled(bed, Optional.empty()));
      bed.queue().pause(new Target.OneLane(LANE), BY).orThrow();
      assertEquals(0, expelled(bed, Optional.of(WHY)), "it is paused");
      bed.queue().resume(new Target.OneLane(LANE), BY).orThrow();
      var next = bed.queue().nextOrigin(LANE);
      assertEquals(2, expelled(bed, Optional.of(WHY)));
      assertEquals(next, bed.queue().nextOrigin(LANE));
      var dead = bed.queue().poison().take("audit", Duration.ZERO).orThrow();
      assertEquals(
          List.of("a 1", "b 0"),
          dead.stream().map(one -> one.body().utf8() + " " + one.attempts()).toList());
      assertEquals(WHY.code(), dead.getLast().code());
      assertEquals(List.of("c", "d"), bodies(bed.run(LANE, 9)));
      assertEquals("error.validation", error(bed.queue().expel(LANE, 0, Optional::empty)).code());
    }
  }

  private static int expelled(Bed bed, Optional<MeshError> why) throws InterruptedException {
    return bed.queue().expel(LANE, 2, () -> why).orThrow();
  }
}
