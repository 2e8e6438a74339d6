package dev.meshkit.queue;

import dev.meshkit.api.Result;
import java.util.List;
import java.util.Optional;

/** The dead of one queue. Thread-safe; blocks for one read or one commit. */
@SuppressWarnings("DoNotCallSuggester") // until the bodies land
public final class PoisonQueue {
  PoisonQueue() {}

  /** At most {@code limit} (≤ 500) of the dead after number {@code afterDid}, oldest first. */
  public Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit)
      throws InterruptedException {
    throw new InterruptedException();
  }

  /** One of them whole, if it is still there. */
  public Result<Optional<DeadTask>> show(long did) throws InterruptedException {
    throw new InterruptedException();
  }

  /**
   * Brings the dead that the filter names back to life, at their lane's tail, same number and
   * token, in chunks of 128; never one that died after this began. How many came back.
   */
  public Result<Integer> redrive(PoisonFilter filter, Audit by) throws InterruptedException {
    throw new InterruptedException();
  }
}
