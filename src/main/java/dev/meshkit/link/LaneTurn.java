package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.api.Unit;
import dev.meshkit.wire.Downward.Verdict;
import dev.meshkit.wire.Upward;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One lane of a Deliver stream, handled in stream order on one thread. After what was not applied
 * all is held until a head comes.
 *
 * <p>Messages whose handlers have no rows of their own to commit are marked together, in one
 * transaction: as many as came meanwhile, but none waits longer for it than {@link #MOST_WAIT} and
 * the handler that runs then. What has rows is marked with them, alone, before the next handler
 * begins, so that a handler sees what the one before it committed.
 */
final class LaneTurn {
  private static final Duration MOST_WAIT = Duration.ofMillis(10);

  private final String lane;
  private final LaneBuffer buffer;
  private final Judge judge;
  private final Answers answers;
  private final InstantSource monotonic;
  private final List<Long> handled = new ArrayList<>(); // and not marked yet
  private Instant since = Instant.EPOCH; // when the first of them was
  private boolean holds;

  /** Where answers go. */
  @FunctionalInterface
  interface Answers {
    /** Tells the sender what became of a message, or ends the stream. */
    void give(String lane, long n, Judge.Answer answer) throws InterruptedException;
  }

  LaneTurn(String lane, LaneBuffer buffer, Judge judge, Answers answers, InstantSource monotonic) {
    this.lane = lane;
    this.buffer = buffer;
    this.judge = judge;
    this.answers = answers;
    this.monotonic = monotonic;
  }

  /** Runs until the buffer is closed. */
  Result<Unit> run() throws InterruptedException {
    for (var next = next(); next.isPresent(); next = next()) {
      switch (next.get()) {
        case Upward.Parcel parcel -> take(parcel);
        case Upward.Broken(_, var n, var why) -> {
          mark();
          answer(n, Judge.Answer.of(Verdict.REFUSED, Duration.ZERO, broken(n, why)));
        }
        case Upward.Open _ -> throw new IllegalStateException("no message of a lane");
      }
    }
    return Result.ok();
  }

  /** Nothing waits to be marked while nothing is to be handled. */
  private Optional<Upward> next() throws InterruptedException {
    var ready = buffer.poll();
    if (ready.isPresent()) return ready;
    mark();
    return buffer.take();
  }

  private void take(Upward.Parcel parcel) throws InterruptedException {
    if (holds && !parcel.head()) {
      answer(parcel.n(), Judge.Answer.of(Verdict.HELD));
      return;
    }
    holds = false;
    if (!handled.isEmpty() && parcel.n() <= handled.getLast()) mark(); // it may be one of them
    switch (judge.of(parcel)) {
      case Judge.Handled.Said(var answer) -> {
        mark();
        answer(parcel.n(), holds ? Judge.Answer.of(Verdict.HELD) : answer);
      }
      case Judge.Handled.Acked(var work) when work.equals(TxWork.NONE) -> add(parcel.n());
      case Judge.Handled.Acked(var work) -> {
        mark();
        answer(parcel.n(), holds ? Judge.Answer.of(Verdict.HELD) : judge.applied(parcel, work));
      }
    }
  }

  private void add(long n) throws InterruptedException {
    if (handled.isEmpty()) since = monotonic.instant();
    handled.add(n);
    var late = monotonic.instant().isAfter(since.plus(MOST_WAIT));
    if (late || handled.size() >= Outbound.WINDOW) mark();
  }

  /**
   * Marks what was handled, all or nothing; of nothing the first is tried again before the rest.
   */
  private void mark() throws InterruptedException {
    if (handled.isEmpty()) return;
    var numbers = List.copyOf(handled);
    handled.clear();
    var said = judge.applied(numbers);
    for (var i = 0; i < numbers.size(); i++) answer(numbers.get(i), said.get(i));
  }

  private void answer(long n, Judge.Answer answer) throws InterruptedException {
    holds = holds || answer.holds();
    answers.give(lane, n, answer);
  }

  private static MeshError broken(long n, String why) {
    return MeshError.of(
        "error.frame.broken",
        "reading message " + n,
        "it breaks the rule of its " + why,
        "compare the versions of both nodes",
        MeshError.Retry.NEVER);
  }
}
