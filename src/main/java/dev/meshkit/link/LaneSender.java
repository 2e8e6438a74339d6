package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Step;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Target;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends one lane to one peer: waits for work, opens a stream, leases a run, sends it, settles it by
 * its receipts. One virtual thread, and two more while a stream is open; while the peer cannot be
 * reached nothing is leased, so nothing is written and nothing charged.
 */
final class LaneSender implements Runnable {
  /** The most messages in one run. */
  static final int WINDOW = 64;

  private static final System.Logger LOG = System.getLogger(LaneSender.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
  private static final int TRIES_BEFORE_PAUSES = 3;

  private final Parts parts;
  private final NodeId peer;
  private final Inlet<Unit> work = Inlet.bounded("work", 1); // full: it is known already
  private final Inlet<Unit> linkUp = Inlet.bounded("link up", 1);
  private Thread thread = Thread.currentThread(); // set once, before it starts
  private int failures;

  /** What a sender stands on. */
  record Parts(
      Lane lane,
      SafeTaskQueue<Bytes> queue,
      Outbound.Ports ports,
      Trouble trouble,
      AtomicLong unsentBytes) {}

  private LaneSender(Parts parts) {
    this.parts = parts;
    this.peer = NodeId.parse(parts.lane().key());
  }

  static LaneSender start(Parts parts) {
    var sender = new LaneSender(parts);
    sender.thread = Thread.ofVirtual().name("out-" + parts.lane()).unstarted(sender);
    sender.thread.start();
    return sender;
  }

  /** There is something to send. */
  void work() {
    work.offer(Unit.UNIT);
  }

  /** The peer is reachable: no pause is worth while any more. */
  void linkUp() {
    linkUp.offer(Unit.UNIT);
  }

  /** Ends it, and tells whose end to wait for; what has no receipt is given back. */
  Thread stop() {
    thread.interrupt();
    return thread;
  }

  /** How many bytes are leased and were not yet taken by the stream. */
  long unsentBytes() {
    return parts.unsentBytes().get();
  }

  /** What keeps the lane, if anything does. */
  Optional<MeshError> trouble() {
    return parts.trouble().now();
  }

  /** Whether that is that there is no way to the peer. */
  boolean isCut() {
    return parts.trouble().isCut();
  }

  @Override
  public void run() {
    try {
      while (true) {
        awaitWork();
        if (!attempted()) pause();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the node stops
    }
  }

  /** Sends what there is, over one stream; false if there is no reason to try again at once. */
  private boolean attempted() throws InterruptedException {
    try {
      var way = parts.ports().streams().open(peer).onErr(parts.trouble()::cut);
      if (!(way instanceof Result.Ok<Duplex>(var stream))) return false;
      parts.trouble().connected();
      try (stream) {
        return isOpened(stream) && sendOver(stream);
      }
    } catch (RuntimeException bug) { // it costs this stream and a pause, never the lane
      LOG.log(System.Logger.Level.ERROR, "sending to " + peer + " met a fault", bug);
      return false;
    }
  }

  private void awaitWork() throws InterruptedException {
    work.source().take(live() == 0 ? FOREVER : Duration.ZERO);
  }

  private long live() {
    for (var lane : parts.queue().stats().lanes())
      if (lane.lane().equals(parts.lane())) return lane.live();
    return 0;
  }

  /** Whether the receiver waits on this stream for this store's messages. */
  private boolean isOpened(Duplex stream) throws InterruptedException {
    var name = parts.lane().cls().text();
    var next = parts.queue().nextOrigin(parts.lane());
    var open = DeliverCodec.up(new Upward.Open(parts.ports().store(), Map.of(name, next)));
    if (!stream.send(open)) return false;
    var answer = stream.receive().map(DeliverCodec::down);
    if (answer.isEmpty()
        || !(answer.get() instanceof Decoded.Whole<Downward>(Downward.Opened(var highest)))
        || isRolledBack(highest.getOrDefault(name, 0L))) {
      return false;
    }
    failures = 0;
    return true;
  }

  /**
   * Whether the receiver applied a number that this store has not given: then the file is older
   * than what was once sent from it, and new messages would be taken for old ones. Nothing more is
   * sent in this lane; others go on, for this is one peer's word.
   */
  private boolean isRolledBack(long highest) throws InterruptedException {
    var next = parts.queue().nextOrigin(parts.lane());
    if (highest < next) return false;
    if (isPaused()) return true;
    var why =
        parts.lane() + " would give number " + next + ", its receiver has " + highest + " already";
    parts
        .queue()
        .pause(new Target.OneLane(parts.lane()), new Audit("meshkit: error.store.rollback", why));
    LOG.log(
        System.Logger.Level.ERROR,
        "mesh.db has gone back in time, sending is paused: {0}; code=error.store.rollback",
        why);
    return true;
  }

  private boolean isPaused() {
    var stats = parts.queue().stats();
    return stats.paused()
        || stats.lanes().stream()
            .anyMatch(lane -> lane.paused() && lane.lane().equals(parts.lane()));
  }

  /** Before the next try: nothing for the first few, then growing, ± 20 %; a link-up ends it. */
  private void pause() throws InterruptedException {
    failures++;
    var doublings = Math.min(20, Math.max(0, failures - TRIES_BEFORE_PAUSES));
    var base =
        Math.min((double) LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() * Math.pow(2, doublings));
    var nanos = (long) (base * (0.8 + 0.4 * parts.ports().chance().nextDouble()));
    work(); // whatever was to be sent still is
    linkUp.source().take(Duration.ofNanos(nanos));
  }

  /**
   * Sends and receives until the stream is of no more use; a failure of either ends both (T8), and
   * both have ended when this returns. False if nothing was achieved.
   */
  private boolean sendOver(Duplex stream) throws InterruptedException {
    var receipts = new Receipts(stream);
    return All.of(List.of(Step.of(receipts::read), Step.of(() -> sendRuns(stream, receipts))))
        .isOk();
  }

  /** Runs, one after the other, until the stream ends or there is nothing to send for a while. */
  private Result<Unit> sendRuns(Duplex stream, Receipts receipts) throws InterruptedException {
    try (receipts) {
      while (!receipts.isOver()) {
        if (stream.isRetired()) return Result.ok(); // at a boundary: every receipt has come
        var leased = parts.queue().leaseLane(parts.lane(), WINDOW, LOOK_AGAIN);
        if (!(leased instanceof Result.Ok<List<Lease<Bytes>>>(var run))) return leased.cast();
        if (run.isEmpty()) {
          if (live() == 0) return Result.ok();
          continue;
        }
        var sent = new Run(parts, stream, receipts);
        if (sent.send(run)) continue;
        return sent.progressed() ? Result.ok() : Result.err(inVain());
      }
      return Result.ok();
    }
  }

  private MeshError inVain() {
    return MeshError.unavailable(
        "send a run to " + peer, "none of its messages was answered", "it is sent again later");
  }
}
