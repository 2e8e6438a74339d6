package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.runtime.Fanout;
import dev.meshkit.runtime.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One run of a {@link Merge}: a feeder for each source and the pump, forked and joined together.
 * The pump's end decides; a feeder's is the end of its line. Fields of the pump are read when all
 * forks have ended.
 */
final class Merging<T> {
  /** How much it moves at once, so that what comes first is not kept waiting by what follows. */
  private static final int MOST_AT_ONCE = 64;

  private final Gate gate = new Gate(Timing.system().monotonic());
  private final List<Feeder<T>> feeders = new ArrayList<>();
  private final Turns turns;
  private final Inlet<T> sink;
  private long delivered; // the pump's
  private boolean refused; // the pump's
  private final List<Picked<T>> hand = new ArrayList<>(); // the pump's

  /** Decided when the pump has ended, or somebody threw. */
  private record PumpEnded(boolean decided, List<Throwable> bugs)
      implements Tally<Boolean, PumpEnded> {
    @Override
    public PumpEnded with(Boolean isPump) {
      return new PumpEnded(decided || isPump, bugs);
    }

    @Override
    public PumpEnded without(Throwable failure) {
      return new PumpEnded(true, List.of(failure));
    }
  }

  /** An element that is on its way from this feeder's line to the sink. */
  private record Picked<T>(int feeder, Result<T> one) {}

  Merging(List<Source<T>> sources, int ahead, Turns turns, Inlet<T> sink) {
    this.turns = turns;
    this.sink = sink;
    for (var source : sources) {
      feeders.add(new Feeder<>(source, new Inlet<>(gate, "merge", ahead, ahead / 2)));
    }
  }

  Merged<T> run() {
    var asks = new ArrayList<Callable<Boolean>>();
    asks.add(
        this::pump); // first: when all are interrupted it hands on nothing of what they do then
    asks.addAll(feeders);
    var interrupted = false;
    sink.watch(gate);
    try {
      var ended = Fanout.gather("merge", new PumpEnded(false, List.of()), asks);
      if (!ended.bugs().isEmpty()) rethrow(ended.bugs().getFirst());
    } catch (InterruptedException _) {
      interrupted = true;
    } finally {
      sink.unwatch(gate);
    }
    if (interrupted) Thread.currentThread().interrupt();
    return merged(interrupted || refused);
  }

  private static void rethrow(Throwable bug) {
    if (bug instanceof Error error) throw error;
    throw new IllegalStateException("a merge failed", bug);
  }

  private Merged<T> merged(boolean cut) {
    var undelivered = new ArrayList<Result<T>>();
    for (var i = 0; i < feeders.size(); i++) {
      var left = new ArrayList<Result<T>>();
      for (var picked : hand) if (picked.feeder() == i) left.add(picked.one());
      undelivered.addAll(feeders.get(i).left(left, cut));
    }
    var whole = feeders.stream().allMatch(feeder -> feeder.isEnded(cut)) && undelivered.isEmpty();
    if (whole) return new Merged<>(Merged.End.SOURCES_ENDED, delivered, undelivered);
    var end = refused ? Merged.End.SINK_CLOSED : Merged.End.INTERRUPTED;
    return new Merged<>(end, delivered, undelivered);
  }

  /** Moves what is there, as much at once as the sink has room for; true: that ends the merge. */
  private boolean pump() throws InterruptedException {
    try {
      while (pick()) {
        if (!hand() || sink.isClosed()) {
          refused = true;
          return true;
        }
      }
      return true;
    } catch (InterruptedException _) {
      return true; // the caller was interrupted; what is in the hand is told
    }
  }

  /** Hands over all that was picked; false when the sink is closed. */
  private boolean hand() throws InterruptedException {
    while (!hand.isEmpty()) {
      var some =
          hand.size() == 1
              ? List.of(hand.getFirst().one())
              : hand.stream().map(Picked::one).toList();
      var taken = sink.deliverSome(some);
      if (taken == 0) return false;
      delivered += taken;
      hand.subList(0, taken).clear();
    }
    return true;
  }

  /**
   * Takes into the hand, in turns, what is ready; waits for one, or for the end of the sink. False:
   * all lines have ended.
   */
  private boolean pick() throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    if (pickReady()) return true;
    gate.lockInterruptibly();
    try {
      while (true) {
        gate.attend();
        var done = feeders.stream().allMatch(feeder -> feeder.line().isDone());
        if (pickReady()) return true;
        if (done) return false;
        if (sink.isClosed()) return true; // there may be nothing to find that out by for long
        gate.awaitUntil(Instant.MAX);
      }
    } finally {
      gate.unlock();
    }
  }

  private boolean pickReady() {
    var room = Math.clamp(sink.room(), 1, MOST_AT_ONCE);
    while (hand.size() < room) {
      var chosen = turns.next(ready());
      if (chosen < 0) break;
      var one = feeders.get(chosen).line().poll(Instant.EPOCH);
      if (one != null) hand.add(new Picked<>(chosen, one));
    }
    return !hand.isEmpty();
  }

  private long ready() {
    var ready = 0L;
    for (var i = 0; i < feeders.size(); i++) {
      if (feeders.get(i).line().isReady(Instant.EPOCH)) ready |= 1L << i;
    }
    return ready;
  }
}
