package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What has been applied of what peers sent, so that a repetition is dropped. Thread-safe; blocks
 * for a read or a commit.
 */
public final class Inbox {
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

  /** The inbox of a store. */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public Inbox(Store store) {
    this.store = store;
  }

  /** The highest number applied in each lane of a peer's store. */
  public Result<Map<String, Long>> highest(NodeId peer, Bytes of) throws InterruptedException {
    return store.read(reading -> InboxTable.highest(reading, peer, of));
  }

  /** The stores a peer has sent from, the one heard of longest ago first. */
  public Result<List<Bytes>> stores(NodeId peer) throws InterruptedException {
    return store.read(reading -> InboxTable.stores(reading, peer));
  }

  /** Whether a number is new. */
  public Result<Mark> look(Source source, long n) throws InterruptedException {
    return store.read(reading -> InboxTable.get(reading, source).look(n));
  }

  /**
   * Marks a new number and runs {@code work} in one transaction: both or neither. NEW if that
   * happened now; otherwise nothing did. Work that throws is {@code error.store.op}.
   */
  public Result<Mark> apply(Source source, long n, TxWork work) throws InterruptedException {
    return store.submit(
        Op.record(
            "inbox.apply",
            tx -> {
              var mark = mark(tx, source, List.of(n)).getFirst();
              if (mark != Mark.NEW) return mark;
              tx.guarded("message " + n + " of " + source.peer(), work)
                  .ifPresent(
                      thrown -> {
                        throw thrown;
                      });
              return mark;
            }));
  }

  /**
   * Marks numbers, rising, which need nothing else, in one transaction: all or none. What was NEW
   * is marked now.
   */
  public Result<List<Mark>> apply(Source source, List<Long> numbers) throws InterruptedException {
    return store.submit(Op.record("inbox.mark", tx -> mark(tx, source, numbers)));
  }

  private List<Mark> mark(StoreTx tx, Source source, List<Long> numbers) {
    var received = InboxTable.get(tx, source);
    var before = received;
    var marks = new ArrayList<Mark>();
    for (var n : numbers) {
      var mark = received.look(n);
      marks.add(mark);
      if (mark == Mark.NEW) received = received.with(n);
    }
    var wallMs = store.clocks().wall().instant().toEpochMilli();
    if (!received.equals(before)) InboxTable.put(tx, source, received, wallMs);
    return marks;
  }

  /** The clock of its store, for waits. */
  public InstantSource monotonic() {
    return store.clocks().monotonic();
  }
}
