package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The dead of one queue: to be looked at, read by name, brought back, or removed. Thread-safe;
 * every call may block for one read or one commit, and longer only where it says so. Errors are
 * those of the store, and the ones named.
 */
public sealed interface PoisonQueue permits DurablePoison, MemoryPoison {
  /** At most {@code limit} (≤ 500) of the dead after number {@code afterDid}, oldest first. */
  Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit)
      throws InterruptedException;

  /** One of them whole, if it is still there. */
  Result<Optional<DeadTask>> show(long did) throws InterruptedException;

  /**
   * The next of the dead for a named reader, whole, oldest first: those after the last one it
   * advanced to, across restarts; the first time, all there are. At most 32, or 1 MiB of bodies.
   * Blocks until there is one, at most {@code wait}, then an empty list; so when the queue closes.
   * Until the reader advances it gets the same ones again, so it sees each at least once; others
   * are not concerned. What the retention, a redrive or a purge removes meanwhile is not seen.
   * {@code error.validation} unless the name has 1 to 64 of {@code A-Z a-z 0-9 . _ -}.
   */
  Result<List<DeadTask>> take(String reader, Duration wait) throws InterruptedException;

  /**
   * The reader is done with number {@code did} and all before it; durable when it returns. Never
   * goes back. {@code error.validation} for a number that nobody dead has had yet, and for one
   * reader more than 64.
   */
  Result<Unit> advance(String reader, long did) throws InterruptedException;

  /** Forgets a reader: the next of this name begins anew. Whether there was one. */
  Result<Boolean> forget(String reader) throws InterruptedException;

  /**
   * Begins to bring back the dead that the filter names, oldest first: with the same number, token
   * and history, fresh attempts and time to live, and in its own lane the same place in the
   * numbering. Never one that died after this began, one that came back {@code retention.redrives}
   * times, or, except {@code asNew}, one that its receiver has FORGOTTEN or may have: the time to
   * live of one that may have been sent ends {@code retention.knownFor} after its enqueue. Durable
   * when it returns, and goes on by itself: 128 tasks or 1 MiB a transaction, across crashes and
   * restarts; {@link #await} waits for its end. Stops at the first error of the store. With {@code
   * dryRun} nothing is written, and the answer is a job without a number that counts what would
   * come back.
   *
   * @return {@code error.validation} without a reason, {@code error.precondition} while 16 jobs are
   *     under way
   */
  Result<Job> redrive(PoisonFilter filter, RedriveOptions options, Audit by)
      throws InterruptedException;

  /**
   * How many of the dead that the filter names stay dead however often they are redriven so: for
   * the reasons that {@link #redrive} gives. One read for each 500 of them.
   */
  Result<Long> staying(PoisonFilter filter, RedriveOptions options) throws InterruptedException;

  /** Redrives as fast as it goes and blocks until it has ended; how many came back. */
  Result<Integer> redrive(PoisonFilter filter, Audit by) throws InterruptedException;

  /** Begins to remove the dead that the filter names, for good; otherwise as {@link #redrive}. */
  Result<Job> purge(PoisonFilter filter, boolean dryRun, Audit by) throws InterruptedException;

  /**
   * Blocks until a redrive or purge has ended, at most {@code wait}; the job as it is then, or the
   * error that ended it meanwhile: of one that ended before, the state says so. {@code
   * error.not_found} for a number that no job has.
   */
  Result<Job> await(long job, Duration wait) throws InterruptedException;

  /** At most {@code limit} (≤ 500) jobs after a number, oldest first: the audit of this store. */
  Result<List<Job>> jobs(long afterId, int limit) throws InterruptedException;
}
