package dev.meshkit.bench.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Cases;
import dev.meshkit.pipeline.Chosen;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Merge;
import dev.meshkit.pipeline.Select;
import dev.meshkit.pipeline.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Live flows beside one blocking queue: one unit of work is one element from a writer to the
 * reader.
 */
final class Flows {
  private static final int ROOM = 256; // of one inlet; a queue has as much as all inlets
  private static final Duration LONG = Duration.ofSeconds(10);

  private Flows() {}

  /** An element and whose it is. */
  private record Tagged(int tag, Long value) {}

  static List<Contest> all() {
    return List.of(
        select("SelectTake", 3, "LinkedBlockingQueue", () -> new LinkedBlockingQueue<>(3 * ROOM)),
        select("SelectTake4", 4, "LinkedBlockingQueue", () -> new LinkedBlockingQueue<>(4 * ROOM)),
        select(
            "SelectTake4Array", 4, "ArrayBlockingQueue", () -> new ArrayBlockingQueue<>(4 * ROOM)),
        new Contest(
            "Merge4",
            "one element of 4 sources through a merge into an inlet, to a reader",
            "4 threads that put into an ArrayBlockingQueue of the same room, and a reader",
            new Bound.RateAtLeast(0.7),
            times -> merged(times, 1),
            Flows::queued),
        new Contest(
            "Merge4Ahead64",
            "the same, each source read up to 64 elements ahead",
            "4 threads that put into an ArrayBlockingQueue of the same room, and a reader",
            new Bound.RateAtLeast(0.7),
            times -> merged(times, 64),
            Flows::queued));
  }

  private static Contest select(
      String name, int writers, String queue, Supplier<BlockingQueue<Tagged>> queues) {
    return new Contest(
        name,
        "one element of " + writers + " writers, each with its inlet, through a select",
        writers + " writers with one " + queue + " and tagged elements",
        new Bound.RateAtLeast(0.7),
        times -> selected(times, writers),
        times -> polled(times, writers, queues.get()));
  }

  private static long selected(int times, int writers) throws Exception {
    var select = Select.open();
    var sums = new long[writers];
    var cases = select.<Long>cases();
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < writers; i++) {
      var tag = i;
      Inlet<Long> inlet = select.inlet("inlet-" + i, ROOM);
      cases.on(inlet, value -> Result.ok(sums[tag] += value));
      threads.add(writing(share(times, writers, i), inlet::put));
    }
    for (var left = times; left > 0; left--) handle(cases);
    for (var thread : threads) thread.join();
    return sum(sums);
  }

  private static void handle(Cases<Long> cases) throws InterruptedException {
    switch (cases.next(LONG)) {
      case Chosen.Handled<Long>(var result) -> result.orThrow();
      case Chosen.Idle<Long> _, Chosen.Drained<Long> _ ->
          throw new IllegalStateException("a writer is gone");
    }
  }

  private static long polled(int times, int writers, BlockingQueue<Tagged> queue) throws Exception {
    var sums = new long[writers];
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < writers; i++) {
      var tag = i;
      threads.add(writing(share(times, writers, i), value -> queue.put(new Tagged(tag, value))));
    }
    for (var left = times; left > 0; left--) {
      var one = queue.poll(LONG.toNanos(), TimeUnit.NANOSECONDS);
      if (one == null) throw new IllegalStateException("a writer is gone");
      sums[one.tag()] += one.value();
    }
    for (var thread : threads) thread.join();
    return sum(sums);
  }

  private static long merged(int times, int ahead) throws Exception {
    var sink = Inlet.<Long>bounded("sink", ROOM);
    var sources = new ArrayList<Source<Long>>();
    for (var i = 0; i < 4; i++) sources.add(counting(share(times, 4, i)));
    var merge = Merge.roundRobin(sources.get(0), sources.get(1), sources.get(2), sources.get(3));
    var merging = Thread.ofVirtual().start(() -> merge.ahead(ahead).thenClose().into(sink));
    var source = sink.source();
    var sum = 0L;
    while (source.take(LONG) instanceof Source.Next.Got<Long>(var one)) sum += one.orThrow();
    merging.join();
    return sum;
  }

  private static long queued(int times) throws Exception {
    var queue = new ArrayBlockingQueue<Result<Long>>(ROOM);
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < 4; i++) {
      threads.add(writing(share(times, 4, i), value -> queue.put(Result.ok(value))));
    }
    var sum = 0L;
    for (var left = times; left > 0; left--) {
      var one = queue.poll(LONG.toNanos(), TimeUnit.NANOSECONDS);
      if (one == null) throw new IllegalStateException("a writer is gone");
      sum += one.orThrow();
    }
    for (var thread : threads) thread.join();
    return sum;
  }

  /** So many small numbers, all ready. */
  static Source<Long> counting(int elements) {
    var next = new int[1];
    return Source.pull(
        _ ->
            next[0] == elements
                ? new Source.Next.Ended<>()
                : new Source.Next.Got<>(Result.ok((long) (next[0]++ & 127))));
  }

  /** Where a writer puts an element. */
  private interface Put {
    void put(Long value) throws InterruptedException;
  }

  private static Thread writing(int elements, Put put) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (var i = 0; i < elements; i++) put.put((long) (i & 127));
              } catch (InterruptedException broken) {
                throw new IllegalStateException(broken);
              }
            });
  }

  private static int share(int times, int of, int place) {
    return times / of + (place < times % of ? 1 : 0);
  }

  private static long sum(long[] sums) {
    var sum = 0L;
    for (var one : sums) sum += one;
    return sum;
  }
}
