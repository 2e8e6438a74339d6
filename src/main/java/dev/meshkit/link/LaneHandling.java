package dev.meshkit.link;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.TxWork;
import dev.meshkit.link.Judge.Handled;
import dev.meshkit.link.LaneOutcomes.Outcome;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs the handlers of one lane's messages, one after the other in stream order, on a thread of its
 * own, which ends with the first handler that takes too long: its interruption is nobody else's.
 *
 * <p>It goes on while what was handled is marked, except after a handler that has rows to commit: a
 * handler sees what the one before it committed.
 */
final class LaneHandling implements Runnable {
  private final LaneBuffer buffer;
  private final Judge judge;
  private final LaneOutcomes outcomes;
  private long highest; // of those that may be unanswered
  private volatile boolean late;
  private volatile @Nullable Throwable bug;

  LaneHandling(LaneBuffer buffer, Judge judge, LaneOutcomes outcomes) {
    this.buffer = buffer;
    this.judge = judge;
    this.outcomes = outcomes;
  }

  /** Whether it ended because a handler took too long, so that another is to go on. */
  boolean isLate() {
    return late;
  }

  /** What it ended with, if that is no message's fault. */
  void rethrow() {
    switch (bug) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException thrown -> throw thrown;
      case Throwable impossible ->
          throw new IllegalStateException("handling threw a checked exception", impossible);
    }
  }

  /** Something that a handler has left behind did it: the message taken last would go missing. */
  private static IllegalStateException stray(InterruptedException interrupted) {
    return new IllegalStateException("a thread of handlers was interrupted", interrupted);
  }

  @Override
  public void run() {
    try {
      for (var next = buffer.take(); next.isPresent() && take(next.get()); next = buffer.take()) {}
    } catch (InterruptedException interrupted) {
      if (!outcomes.isStopping()) bug = stray(interrupted);
      Thread.currentThread().interrupt(); // nobody waits for more
    } catch (RuntimeException | Error thrown) {
      bug = thrown;
    } finally {
      outcomes.over();
    }
  }

  /** False once it is to end. */
  private boolean take(Upward frame) throws InterruptedException {
    outcomes.awaitFewer(Outbound.WINDOW);
    return switch (frame) {
      case Upward.Parcel parcel -> take(parcel);
      case Upward.Broken broken -> add(broken.n(), false, Handled.refused(broken));
      case Upward.Open _ -> throw new IllegalStateException("no message of a lane");
    };
  }

  private boolean take(Upward.Parcel parcel) throws InterruptedException {
    if (parcel.head() || parcel.n() <= highest) outcomes.awaitFewer(1); // it may be one of them
    if (parcel.head()) outcomes.hold(false);
    if (outcomes.isHeld())
      return add(parcel.n(), false, new Handled.Said(Judge.Answer.of(Verdict.HELD)));
    highest = parcel.n();
    var known = judge.look(parcel);
    return known.isPresent() ? add(parcel, known.get()) : handle(parcel);
  }

  private boolean handle(Upward.Parcel parcel) throws InterruptedException {
    outcomes.begins();
    Disposition said;
    try {
      said = judge.handle(parcel);
    } catch (InterruptedException _) { // ours, or its own
      said = retry(new MeshError.Canceled(Judge.tried(parcel)));
    }
    return switch (outcomes.ended()) {
      case IN_TIME -> add(parcel, Judge.handled(said));
      case LATE -> {
        late = true;
        var why = new MeshError.TimedOut(judge.maxRun(), Judge.tried(parcel));
        var _ = add(parcel, Judge.handled(retry(why)));
        yield false;
      }
      case STOPPED -> false;
    };
  }

  private static Disposition retry(MeshError why) {
    return new Disposition.Retry(why, Duration.ZERO);
  }

  private boolean add(Upward.Parcel parcel, Handled how) throws InterruptedException {
    if (how instanceof Handled.Said(var answer) && answer.holds()) outcomes.hold(true);
    var _ = add(parcel.n(), parcel.head(), how);
    if (how instanceof Handled.Acked(var work) && !work.equals(TxWork.NONE)) outcomes.awaitFewer(1);
    return true;
  }

  private boolean add(long n, boolean head, Handled how) {
    outcomes.add(new Outcome(n, head, how));
    return true;
  }
}
