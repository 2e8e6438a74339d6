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
  private final Gate gate = new Gate(Timing.system().monotonic());
  private final List<Feeder<T>> feeders = new ArrayList<>();
  private final Turns turns;
  private final Inlet<T> sink;
  private long delivered; // the pump's
  private boolean refused; // the pump's
  private int handing = -1; // the pump's: whose element is in its hand
  private List<Result<T>> hand = List.of(); // the pump's

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

  private static final class Quiet implements Fanout.Watch {
    @Override
    public void decided() {}

    @Override
    public void interrupted() {}
  }

  Merging(List<Source<T>> sources, Turns turns, Inlet<T> sink) {
    this.turns = turns;
    this.sink = sink;
    for (var source : sources) feeders.add(new Feeder<>(source, new Inlet<>(gate, "merge", 1)));
  }

  Merged<T> run() {
    var asks = new ArrayList<Callable<Boolean>>();
    for (var feeder : feeders) asks.add(feeder);
    asks.add(this::pump);
    try {
      var round = new Fanout.Round("merge", Fanout.Round.FOREVER, new Quiet());
      var ended = Fanout.gather(round, new PumpEnded(false, List.of()), asks);
      if (!ended.bugs().isEmpty()) rethrow(ended.bugs().getFirst());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return merged();
  }

  private static void rethrow(Throwable bug) {
    if (bug instanceof Error error) throw error;
    throw new IllegalStateException("a merge failed", bug);
  }

  private Merged<T> merged() {
    var undelivered = new ArrayList<Result<T>>();
    for (var i = 0; i < feeders.size(); i++) {
      if (i == handing) undelivered.addAll(hand);
      undelivered.addAll(feeders.get(i).left());
    }
    var whole = feeders.stream().allMatch(Feeder::isEnded) && undelivered.isEmpty();
    if (whole) return new Merged<>(Merged.End.SOURCES_ENDED, delivered, undelivered);
    var end = refused ? Merged.End.SINK_CLOSED : Merged.End.INTERRUPTED;
    return new Merged<>(end, delivered, undelivered);
  }

  /** Moves one element after the other; true, which is what ends the merge. */
  private boolean pump() throws InterruptedException {
    try {
      while (takeNext()) {
        if (!sink.deliver(hand.getFirst())) {
          refused = true;
          return true;
        }
        delivered++;
        hand = List.of();
      }
      return true;
    } catch (InterruptedException _) {
      return true; // the caller was interrupted; what is in the hand is told
    }
  }

  /** Takes one element into the hand; false when all lines have ended. */
  private boolean takeNext() throws InterruptedException {
    gate.lockInterruptibly();
    try {
      while (true) {
        var chosen = turns.next(ready());
        if (chosen >= 0) {
          handing = chosen;
          hand = List.of(feeders.get(chosen).line().poll(Instant.EPOCH));
          return true;
        }
        if (feeders.stream().allMatch(feeder -> feeder.line().isDone())) return false;
        gate.awaitUntil(Instant.MAX);
      }
    } finally {
      gate.unlock();
    }
  }

  private long ready() {
    var ready = 0L;
    for (var i = 0; i < feeders.size(); i++) {
      if (feeders.get(i).line().isReady(Instant.EPOCH)) ready |= 1L << i;
    }
    return ready;
  }
}
