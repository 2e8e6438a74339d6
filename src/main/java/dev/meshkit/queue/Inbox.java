package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.store.Store;
import java.util.Map;

/** What has been applied of what peers sent, so that a repetition is dropped. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester") // until the bodies land
public final class Inbox {
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
    java.util.Objects.requireNonNull(store);
  }

  /** The highest number applied in each lane of a peer's store. */
  public Result<Map<String, Long>> highest(NodeId peer, Bytes store) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Whether a number is new. */
  public Result<Mark> look(Source source, long n) throws InterruptedException {
    throw new InterruptedException();
  }

  /** Marks a number and runs {@code work} in one transaction; DUPLICATE if it was marked before. */
  public Result<Mark> apply(Source source, long n, TxWork work) throws InterruptedException {
    throw new InterruptedException();
  }
}
