package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Q11, Q22: how fast lanes move, and what holds one that does not, of every kind of queue. */
interface FlowContract {
  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q11 What comes and what leaves is counted, a second, over the last minute. */
  @Test
  default void aLanesFlowIsThatOfTheLastMinute() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      // given ten tasks, half of which are done within ten seconds
      for (var i = 0; i < 10; i++) bed.enqueue("t" + i);
      bed.clocks().advance(Duration.ofSeconds(10));
      for (var lease : bed.queue().lease(5, Duration.ZERO).orThrow())
        bed.settle(lease, Ack.plain());
      assertEquals(new LaneFlow(LANE, 1, 0.5), flow(bed));
      assertEquals(Optional.empty(), flow(bed).drainEta(5));
      // when a minute has passed since the last of them came
      bed.clocks().advance(Duration.ofSeconds(60));
      // then only what left is of late
      assertEquals(new LaneFlow(LANE, 0, 5 / 60.0), flow(bed));
      assertEquals(Optional.of(Duration.ofSeconds(60)), flow(bed).drainEta(5));
      assertEquals(Optional.empty(), flow(bed).drainEta(0));
      // and later nothing, however long that takes
      bed.clocks().advance(Duration.ofMinutes(10));
      assertEquals(new LaneFlow(LANE, 0, 0), flow(bed));
      assertEquals(Optional.empty(), flow(bed).drainEta(5));
    }
  }

  /** Q11 A task that is tried again neither came nor left; one that died left, and comes back. */
  @Test
  default void onlyWhatComesOrLeavesForGoodFlows() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      bed.enqueue("a");
      bed.settle(bed.lease(), new Snooze(Duration.ofSeconds(1), "busy"));
      bed.pass(Duration.ofSeconds(2));
      bed.settle(bed.lease(), new Retry(WHY, Duration.ZERO));
      bed.pass(Duration.ofSeconds(2));
      var held = bed.lease();
      bed.clocks().advance(Duration.ofSeconds(1));
      assertEquals(new LaneFlow(LANE, 0.2, 0), flow(bed));
      bed.settle(held, new Poison(WHY));
      assertEquals(new LaneFlow(LANE, 0.2, 0.2), flow(bed));
      bed.queue().poison().redrive(PoisonFilter.ALL, new Audit("ana", "mended")).orThrow();
      assertEquals(new LaneFlow(LANE, 0.4, 0.2), flow(bed));
    }
  }

  /** Q20 What vanishes with its transaction has not moved. */
  @Test
  default void whatIsRolledBackDoesNotFlow() throws Exception {
    try (var bed = open(QueueOptions.of("q").relaxed())) {
      bed.enqueue("a");
      var lease = bed.lease();
      var settled =
          bed.queue()
              .settle(
                  lease,
                  new Ack(
                      tx -> {
                        bed.queue().enqueueIn(tx, task(LANE, "b"));
                        throw new IllegalStateException("the work fails");
                      }));
      assertFalse(settled.isOk());
      bed.settle(lease, Ack.plain());
      bed.clocks().advance(Duration.ofSeconds(5));
      assertEquals(new LaneFlow(LANE, 0.2, 0.2), flow(bed));
    }
  }

  /** Q22 A STRICT lane that is held names the task, how often it was tried, and what it died of. */
  @Test
  default void aHeldLaneSaysWhatHoldsIt() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var first = bed.enqueue("a");
      bed.enqueue("b");
      var holds = new ArrayList<LaneFront.Hold>(List.of(hold(bed)));
      bed.settle(bed.lease(), new Snooze(Duration.ofSeconds(1), "busy"));
      holds.add(hold(bed));
      bed.pass(Duration.ofSeconds(2));
      holds.add(hold(bed));
      bed.settle(bed.lease(), new Retry(WHY, Duration.ofSeconds(1)));
      holds.add(hold(bed));
      // and when it died of that, and came back behind the other, its old failures do not count
      bed.pass(Duration.ofSeconds(2));
      bed.settle(bed.lease(), new Poison(WHY));
      bed.queue().poison().redrive(PoisonFilter.ALL, new Audit("ana", "mended")).orThrow();
      bed.settle(bed.lease(), Ack.plain());
      bed.settle(bed.lease(), new Snooze(Duration.ofSeconds(1), "busy"));
      holds.add(hold(bed));
      assertEquals(
          List.of(
              LaneFront.Hold.NONE,
              new LaneFront.Hold(first.seq(), 0, 5, "", ""),
              LaneFront.Hold.NONE,
              new LaneFront.Hold(first.seq(), 1, 5, WHY.code(), WHY.why()),
              new LaneFront.Hold(first.seq(), 0, 5, "", "")),
          holds);
    }
  }

  private static LaneFlow flow(Bed bed) {
    return bed.queue().flows().getFirst();
  }

  private static LaneFront.Hold hold(Bed bed) throws InterruptedException {
    return bed.queue().fronts().orThrow().getFirst().hold();
  }
}
