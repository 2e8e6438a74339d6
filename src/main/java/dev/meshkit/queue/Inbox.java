package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What has been applied of what peers sent, so that a repetition is dropped. Thread-safe; blocks
 * for a read or a commit.
 */
public final class Inbox {
  /** Forgotten in one transaction. */
  private static final int CHUNK = 500;

  /** That a store was heard of is noted once in so long: it costs a commit. */
  private static final Duration HEARD_AGAIN = Duration.ofHours(12);

  private final Store store;

  /**
   * One sender's lane.
   *
   * @param peer who, as its certificate says
   * @param store the sender's store
   * @param lane the lane's name on the wire
   */
  public record Source(NodeId peer, Bytes store, String lane) {}

  /** What the inbox says of a number. */
  public enum Mark {
    /** Not applied yet. */
    NEW,
    /** Applied before. */
    DUPLICATE,
    /** Too old to know. */
    FORGOTTEN
  }

  /**
   * What became of numbers.
   *
   * @param marks of each, as it was before
   * @param numbers what is applied now
   */
  record Marked(List<Mark> marks, AppliedNumbers numbers) {}

  /** The inbox of a store. */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public Inbox(Store store) {
    this.store = store;
  }

  /** The highest number applied in each lane of a peer's store, of which we hear with this. */
  public Result<Map<String, Long>> highest(NodeId peer, Bytes of) throws InterruptedException {
    var heard = store.read(reading -> InboxTable.heard(reading, peer, of));
    if (!(heard instanceof Result.Ok<InboxTable.Heard>(var lanes))) return heard.cast();
    var now = nowMs();
    if (lanes.seenMs() >= now - HEARD_AGAIN.toMillis()) return Result.ok(lanes.highest());
    return store.submit(
        Op.record(
            "inbox.seen",
            tx -> {
              InboxTable.seen(tx, peer, of, now);
              return lanes.highest();
            }));
  }

  /**
   * Forgets what came from stores of which nothing was heard for so long: no message that was
   * applied, no stream that was opened. Blocks for a read, and for a commit of each {@link #CHUNK};
   * how many lanes it forgot.
   *
   * @param keep longer than a message may be kept by who has sent it
   */
  public Result<Long> prune(Duration keep) throws InterruptedException {
    // the earlier of two clocks: a wild jump of one ages nobody
    var before = Math.min(nowMs(), store.clock().instant().toEpochMilli()) - Horizon.millis(keep);
    var old = store.read(reading -> InboxTable.old(reading, before));
    if (!(old instanceof Result.Ok<Long>(var some))) return old;
    for (var left = some; left > 0; left -= CHUNK) {
      var pruned =
          store.submit(Op.record("inbox.prune", tx -> InboxTable.prune(tx, before, CHUNK)));
      if (!pruned.isOk()) return pruned.cast();
    }
    return Result.ok(some);
  }

  private long nowMs() {
    return store.clocks().wall().instant().toEpochMilli();
  }

  /** The stores a peer has sent from, the one heard of longest ago first. */
  public Result<List<Bytes>> stores(NodeId peer) throws InterruptedException {
    return store.read(reading -> InboxTable.stores(reading, peer));
  }

  /**
   * Gives the place of a store of a peer to one that this peer has put in its stead: what came from
   * it is forgotten, and nothing more will. Blocks for a commit.
   */
  public Result<Unit> forget(NodeId peer, Bytes former) throws InterruptedException {
    return store.submit(
        Op.record(
            "inbox.forget",
            tx -> {
              InboxTable.forget(tx, peer, former);
              return Unit.UNIT;
            }));
  }

  /** A sender's lane, for the one thread that marks in it while this lives. */
  public InboxLane lane(Source source) {
    return new InboxLane(this, source);
  }

  Result<AppliedNumbers> read(Source source) throws InterruptedException {
    return store.read(reading -> InboxTable.get(reading, source));
  }

  Result<Marked> apply(Source source, long n, TxWork work) throws InterruptedException {
    return store.submit(
        Op.record(
            "inbox.apply",
            tx -> {
              var marked = mark(tx, source, List.of(n));
              if (marked.marks().getFirst() != Mark.NEW) return marked;
              tx.guarded("message " + n + " of " + source.peer(), work)
                  .ifPresent(
                      thrown -> {
                        throw thrown;
                      });
              return marked;
            }));
  }

  Result<Marked> apply(Source source, List<Long> numbers) throws InterruptedException {
    return store.submit(Op.record("inbox.mark", tx -> mark(tx, source, numbers)));
  }

  private Marked mark(StoreTx tx, Source source, List<Long> numbers) {
    var before = InboxTable.get(tx, source);
    var received = before;
    var marks = new ArrayList<Mark>();
    for (var n : numbers) {
      var mark = received.look(n);
      marks.add(mark);
      if (mark == Mark.NEW) received = received.with(n);
    }
    if (!received.equals(before)) InboxTable.put(tx, source, received, nowMs());
    return new Marked(marks, received);
  }

  /** The clock of its store, for waits. */
  public InstantSource monotonic() {
    return store.clocks().monotonic();
  }
}
