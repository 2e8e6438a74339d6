package dev.meshkit.link;

import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.api.Unit;
import dev.meshkit.link.Judge.Handled;
import dev.meshkit.link.LaneOutcomes.Outcome;
import dev.meshkit.store.Uninterrupted;
import dev.meshkit.wire.Downward.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * One lane of a Deliver stream: its messages are handled in stream order on one thread, {@link
 * LaneHandling}, and marked and answered on this one. After what was not applied all is held until
 * a head comes.
 *
 * <p>Messages whose handlers have no rows of their own to commit are marked together, in one
 * transaction: all that were handled while the one before it was under way. What has rows is marked
 * with them, alone, before the next handler begins. An answer is given once its mark is durable.
 */
final class LaneTurn {
  private final String lane;
  private final LaneBuffer buffer;
  private final Judge judge;
  private final Answers answers;
  private final LaneOutcomes outcomes;
  private final List<Long> handled = new ArrayList<>(); // and not marked yet
  private boolean holds;
  private Judge.Answer answer = Judge.Answer.of(Verdict.HELD); // of a run that is not given yet
  private long first; // of that run
  private long last; // of that run; 0: there is none

  /** Where answers go. */
  @FunctionalInterface
  interface Answers {
    /** Tells the sender what became of messages with numbers in a row, or ends the stream. */
    void give(String lane, long first, long last, Judge.Answer answer) throws InterruptedException;
  }

  LaneTurn(String lane, LaneBuffer buffer, Judge judge, Answers answers, InstantSource monotonic) {
    this.lane = lane;
    this.buffer = buffer;
    this.judge = judge;
    this.answers = answers;
    this.outcomes = new LaneOutcomes(monotonic);
  }

  /** Runs until the buffer is closed, and the handler that runs then has ended. */
  Result<Unit> run() throws InterruptedException {
    while (true) {
      var handling = new LaneHandling(buffer, judge, outcomes.anew());
      var thread = Thread.ofVirtual().name("handle-" + lane).start(handling);
      try {
        for (var some = take(thread); !some.isEmpty(); some = take(thread)) answer(some);
      } finally {
        outcomes.stop(thread);
        Uninterrupted.run(thread::join);
      }
      handling.rethrow();
      if (!handling.isLate()) return Result.ok();
    }
  }

  private List<Outcome> take(Thread handling) throws InterruptedException {
    return outcomes.take(judge.maxRun(), handling);
  }

  private void answer(List<Outcome> some) throws InterruptedException {
    for (var one : some) answer(one);
    mark();
    give();
    outcomes.answered(some.size());
  }

  private void answer(Outcome one) throws InterruptedException {
    if (one.head()) holds = false;
    switch (one.how()) {
      case Handled.Refused(var answer) -> {
        mark();
        answer(one.n(), answer);
      }
      case Handled.Said(var answer) -> {
        mark();
        answer(one.n(), holds ? Judge.Answer.of(Verdict.HELD) : answer);
      }
      case Handled.Acked(var work) when work.equals(TxWork.NONE) && !holds -> handled.add(one.n());
      case Handled.Acked(var work) -> {
        mark();
        answer(one.n(), holds ? Judge.Answer.of(Verdict.HELD) : judge.applied(one.n(), work));
      }
    }
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

  private void answer(long n, Judge.Answer said) throws InterruptedException {
    if (said.holds()) {
      holds = true;
      outcomes.hold(true);
    }
    if (last != n - 1 || !answer.equals(said) || said.verdict() != Verdict.APPLIED) give();
    if (last == 0) first = n;
    last = n;
    answer = said;
  }

  private void give() throws InterruptedException {
    if (last == 0) return;
    answers.give(lane, first, last, answer);
    last = 0;
  }
}
