package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.Rollback;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Sends one lane of a peer over its streams: leases a run, sends it, settles it by its receipts.
 * While there is no stream nothing is leased, so nothing is written and nothing charged.
 *
 * @param lane the peer and the class of traffic
 * @param queue holds it
 * @param trouble what keeps it, if anything does
 * @param unsentBytes leased and not yet taken by a stream
 */
record LaneSender(Lane lane, SafeTaskQueue<Bytes> queue, Trouble trouble, AtomicLong unsentBytes) {
  private static final System.Logger LOG = System.getLogger(LaneSender.class.getName());
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  LaneSender(Lane lane, SafeTaskQueue<Bytes> queue) {
    this(lane, queue, new Trouble(), new AtomicLong());
  }

  /** How many messages it has that are not settled. */
  long live() {
    return queue.stats(lane).map(LaneStats::live).orElse(0L);
  }

  /**
   * Runs, one after the other, until the stream is of no more use, or {@code isIdle} when there was
   * nothing to send for a while.
   */
  Result<Unit> sendOver(DeliverStream stream, BooleanSupplier isIdle) throws InterruptedException {
    while (!stream.isOver(lane)) { // at a boundary: every receipt has come
      var most = trouble.now().isPresent() ? 1 : Outbound.WINDOW; // what was refused is tried alone
      var leased = queue.leaseLane(lane, most, LOOK_AGAIN);
      if (!(leased instanceof Result.Ok<List<Lease<Bytes>>>(var run))) return leased.cast();
      if (!run.isEmpty() && !stream.carries(new Run(this, stream, run))) return Result.err(cut());
      // not while another is in the middle of a run: it would stay, and wait here for ever
      if (run.isEmpty() && isIdle.getAsBoolean() && stream.isUnused()) return stream.left();
    }
    return stream.leave();
  }

  /**
   * Whether the receiver applied a number that this store has not given: then the file is older
   * than what was once sent from it, and new messages would be taken for old ones. Nothing more is
   * sent in this lane; others go on, for this is one peer's word.
   */
  boolean isRolledBack(long highest, OneIdentity stream) throws InterruptedException {
    var next = queue.nextOrigin(lane);
    if (highest < next) return false;
    if (isPaused()) return true;
    var why = lane + " would give number " + next + ", its receiver has " + highest + " already";
    var by = Rollback.by(stream.store(), why);
    queue.pause(new Target.OneLane(lane), by);
    if (stream.isRetired()) { // meanwhile somebody has resumed it under another identity
      queue.resume(new Target.OneLane(lane), by);
      return true;
    }
    LOG.log(System.Logger.Level.ERROR, "MK-STO-012 " + Rollback.error(why).text());
    return true;
  }

  /** Whether an operator, or this lane itself, has stopped it. */
  boolean isPaused() {
    return queue.stats().paused() || queue.stats(lane).map(LaneStats::paused).orElse(false);
  }

  private MeshError cut() {
    return MeshError.unavailable(
        "send a run of " + lane, "the stream ended before its last answer", "it is sent again");
  }
}
