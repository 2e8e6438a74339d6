package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Gatherer;

/**
 * The elements that {@code mapConcurrent} works on, in order. Confined to the stream's thread. All
 * have ended when it ends; if what is upstream of it throws, {@link Flights} ends it.
 *
 * @param <R> what an element becomes
 */
final class InFlight<R> {
  private final ArrayDeque<Work<R>> works = new ArrayDeque<>();
  private final Flights flights = Flights.current();
  private final int most;

  private record Work<R>(FutureTask<Result<R>> task, Thread thread) {}

  InFlight(int most) {
    this.most = most;
  }

  /** Begins one more, when there is room; false when the stream has ended. */
  boolean start(Callable<Result<R>> call, Gatherer.Downstream<? super Result<R>> out) {
    while (works.size() >= most || isHeadDone()) if (!pushHead(out)) return false;
    if (works.isEmpty()) flights.begun(this);
    var task = new FutureTask<>(underDeadline(call));
    works.add(new Work<>(task, Thread.ofVirtual().name("map-concurrent").start(task)));
    return true;
  }

  /** Of what a thread inherits, its own threads get the deadline; only a scope passes on all. */
  private static <R> Callable<R> underDeadline(Callable<R> call) {
    return Deadline.current().map(deadline -> deadline.carry(call)).orElse(call);
  }

  /** Hands on what is left, in order; false when that ended the stream. */
  boolean drain(Gatherer.Downstream<? super Result<R>> out) {
    while (!works.isEmpty()) if (!pushHead(out)) return false;
    return true;
  }

  /** An error from upstream: hands on what is left, then it; nothing more is begun. False. */
  boolean last(MeshError error, Gatherer.Downstream<? super Result<R>> out) {
    if (drain(out)) out.push(Result.err(error));
    return false;
  }

  private boolean isHeadDone() {
    return !works.isEmpty() && works.getFirst().task().isDone();
  }

  /** Hands on the oldest; false, and all others have ended, when that ends the stream. */
  private boolean pushHead(Gatherer.Downstream<? super Result<R>> out) {
    var goesOn = false;
    try {
      var result = works.getFirst().task().get();
      works.removeFirst();
      if (works.isEmpty()) flights.ended(this);
      goesOn = out.push(result) && result.isOk();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      out.push(Result.err(new MeshError.Canceled("mapping a stream")));
    } catch (ExecutionException thrown) {
      throw unchanged(Objects.requireNonNull(thrown.getCause()));
    } finally {
      if (!goesOn) end();
    }
    return goesOn;
  }

  /** Interrupts and awaits all; false. */
  boolean end() {
    var interrupted = Thread.interrupted();
    works.forEach(work -> work.task().cancel(true));
    for (var work : works) interrupted |= joined(work.thread());
    works.clear();
    flights.ended(this);
    if (interrupted) Thread.currentThread().interrupt();
    return false;
  }

  private static boolean joined(Thread thread) {
    var interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
  }

  private static RuntimeException unchanged(Throwable cause) {
    if (cause instanceof Error error) throw error;
    if (cause instanceof RuntimeException bug) return bug;
    return new IllegalStateException("a mapping was interrupted by itself", cause);
  }
}
