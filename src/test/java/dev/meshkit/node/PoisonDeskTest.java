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
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
        assertTrue(error.why().contains("queue.inbox.keep is over"), error.toString());
        assertTrue(error.why().contains("sent at 2026-11-27T09:00:00Z"), error.toString());
        assertTrue(error.fix().contains("--as-new"), error.toString());
      }
      assertEquals(1, desk.redrive(order(false, true)).orThrow().getRedriven());
      // what is gone by now was not too late
      var gone = (Result.Err<Redriven>) desk.redrive(order(false, false));
      assertEquals("error.not_found", gone.error().code());
    }
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
    var by = new Audit("ana", "handler mended");
    var one = new PoisonOrder(new PoisonOrder.One(1), by, dryRun, Duration.ofSeconds(20));
    return new Redrive(one, 0, 0, "", false, asNew);
  }
}
