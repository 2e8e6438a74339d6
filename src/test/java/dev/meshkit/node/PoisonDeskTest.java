package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.Errors;
import dev.meshkit.control.PoisonOrder;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.link.Outbound;
import dev.meshkit.link.TimesToLive;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.Rollback;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q30, Q33: a dead message that stays dead says why. */
@Timeout(60)
class PoisonDeskTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "refused", "none", MeshError.Retry.NEVER);
  private static final Duration KNOWN = Duration.ofDays(30);

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-27T09:00:00Z"));

  /**
   * Q33 A message that was sent and died may have been applied all the same; once its receiver may
   * have forgotten that, it comes back as another only, and its operator is told so.
   */
  @Test
  void whatMayBeAppliedTwiceComesBackAsNewOnly() throws Exception {
    var clocks = new Clocks(now::get, now::get);
    var chance = new SplittableRandom(1);
    try (var store = Store.open(StoreOptions.of(directory, "mesh", clocks, chance)).orThrow();
        var queue = SafeTaskQueue.open(store, options(), TaskCodec.BYTES).orThrow();
        var outbound = new Outbound(queue, ports(store, chance));
        var watch = new RedriveWatch(queue.poison(), outbound, _ -> {})) {
      var desk = new PoisonDesk(queue, watch);
      queue.enqueue(TaskSpec.of(Lane.of("eu/n2"), "t", Bytes.utf8("x"))).orThrow();
      var sent = queue.lease(1, Duration.ofSeconds(20)).orThrow().getFirst();
      queue.settle(sent, new Disposition.Poison(WHY)).orThrow();
      // while its receiver knows it again
      now.updateAndGet(at -> at.plus(KNOWN).minusMillis(1));
      assertEquals(1, desk.redrive(order(true, false)).orThrow().getRedriven());
      // and when it may not
      now.updateAndGet(at -> at.plusMillis(1));
      for (var isDry : new boolean[] {true, false}) {
        var refused = (Result.Err<Redriven>) desk.redrive(order(isDry, false));
        var error = refused.error();
        assertEquals("MK-QUE-002", error.details().get(Errors.MK));
        assertTrue(error.why().contains("it knows it for 30 d 0 h 0 min"), error.toString());
        assertTrue(error.why().contains("sent at 2026-11-27T09:00:00Z"), error.toString());
        assertTrue(error.fix().contains("--as-new"), error.toString());
      }
      assertEquals(1, desk.redrive(order(false, true)).orThrow().getRedriven());
      // what is gone by now was not too late
      var gone = (Result.Err<Redriven>) desk.redrive(order(false, false));
      assertEquals("error.not_found", gone.error().code());
    }
  }

  /**
   * Q36 What was sent under another identity of mesh.db would be applied again, and what its
   * receiver says that it has forgotten would be refused again: the operator is told which.
   */
  @Test
  void whatIsForgottenSaysWhatWouldBecomeOfIt() throws Exception {
    var said = MeshError.of("error.inbox.forgotten", "x", "y", "z", MeshError.Retry.NEVER);
    var clocks = new Clocks(now::get, now::get);
    var chance = new SplittableRandom(1);
    try (var store = Store.open(StoreOptions.of(directory, "mesh", clocks, chance)).orThrow();
        var queue = SafeTaskQueue.open(store, options(), TaskCodec.BYTES).orThrow();
        var outbound = new Outbound(queue, ports(store, chance));
        var watch = new RedriveWatch(queue.poison(), outbound, _ -> {})) {
      var desk = new PoisonDesk(queue, watch);
      var lane = Lane.of("eu/n2");
      var all = new Target.OneLane(lane);
      for (var why : List.of(WHY, said)) {
        queue.enqueue(TaskSpec.of(lane, "t", Bytes.utf8("x"))).orThrow();
        var sent = queue.lease(1, Duration.ofSeconds(20)).orThrow().getFirst();
        queue.settle(sent, new Disposition.Poison(why)).orThrow();
      }
      assertEquals(1, desk.redrive(order(1, true, false)).orThrow().getRedriven());
      queue.pause(all, Rollback.by(store.uuid(), "x")).orThrow();
      queue.resume(all, new Audit("ana", "the newer file is lost")).orThrow();
      assertTrue(refused(desk, 1).why().endsWith("and would take it for new"));
      assertTrue(refused(desk, 2).why().endsWith("and would refuse it again"));
      assertEquals(1, desk.redrive(order(1, false, true)).orThrow().getRedriven());
    }
  }

  /** Q30 Of many it is said how many stay dead, tried or done, and not only how many came back. */
  @Test
  void ofManyItIsSaidHowManyStayDead() throws Exception {
    var clocks = new Clocks(now::get, now::get);
    var chance = new SplittableRandom(1);
    try (var store = Store.open(StoreOptions.of(directory, "mesh", clocks, chance)).orThrow();
        var queue = SafeTaskQueue.open(store, options(), TaskCodec.BYTES).orThrow();
        var outbound = new Outbound(queue, ports(store, chance));
        var watch = new RedriveWatch(queue.poison(), outbound, _ -> {})) {
      var desk = new PoisonDesk(queue, watch);
      // given two that may have been forgotten by their receiver, and a third that was sent later
      for (var i = 0; i < 3; i++) {
        if (i == 2) now.updateAndGet(at -> at.plus(KNOWN));
        queue.enqueue(TaskSpec.of(Lane.of("eu/n2"), "t", Bytes.utf8("x"))).orThrow();
        var sent = queue.lease(1, Duration.ofSeconds(20)).orThrow().getFirst();
        queue.settle(sent, new Disposition.Poison(WHY)).orThrow();
      }
      for (var isDry : List.of(true, false)) {
        var done = desk.redrive(some(isDry, false)).orThrow();
        assertEquals(List.of(1, 2), List.of(done.getRedriven(), done.getStaying()));
      }
      var done = desk.redrive(some(false, true)).orThrow();
      assertEquals(List.of(2, 0), List.of(done.getRedriven(), done.getStaying()));
    }
  }

  private static Redrive some(boolean dryRun, boolean asNew) {
    var by = new Audit("ana", "handler mended");
    var all = new PoisonOrder.AllOf("t", "error.test");
    var order = new PoisonOrder(all, by, dryRun, Duration.ofSeconds(20));
    return new Redrive(order, 0, 0, "", false, asNew);
  }

  private static MeshError refused(PoisonDesk desk, long did) throws InterruptedException {
    var error = ((Result.Err<Redriven>) desk.redrive(order(did, false, false))).error();
    assertEquals("MK-QUE-002", error.details().get(Errors.MK));
    assertTrue(error.fix().contains("--as-new"), error.toString());
    return error;
  }

  private static QueueOptions options() {
    return QueueOptions.of("mesh-out")
        .carrier()
        .retention(new QueueOptions.Retention(Duration.ofDays(99), 9, 1 << 20, 5, KNOWN));
  }

  private static Outbound.Ports ports(Store store, SplittableRandom chance) {
    var noWay =
        MeshError.of("error.unavailable", "sending", "no way", "none", MeshError.Retry.SAFE);
    var week = Duration.ofDays(7);
    return new Outbound.Ports(
        _ -> Result.err(noWay),
        store::uuid,
        _ -> Optional.empty(),
        chance,
        new TimesToLive(week, week, week, week));
  }

  private static Redrive order(boolean dryRun, boolean asNew) {
    return order(1, dryRun, asNew);
  }

  private static Redrive order(long did, boolean dryRun, boolean asNew) {
    var by = new Audit("ana", "handler mended");
    var one = new PoisonOrder(new PoisonOrder.One(did), by, dryRun, Duration.ofSeconds(20));
    return new Redrive(one, 0, 0, "", false, asNew);
  }
}
