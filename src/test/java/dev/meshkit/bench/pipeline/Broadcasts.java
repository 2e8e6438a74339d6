package dev.meshkit.bench.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Broadcast;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Outlet;
import dev.meshkit.pipeline.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicLong;

/** One flow to eight readers: one unit of work is one element that all of them have got. */
final class Broadcasts {
  private static final int OUTLETS = 8;
  private static final int ROOM = 256;
  private static final Duration LONG = Duration.ofSeconds(10);

  private Broadcasts() {}

  static List<Contest> all() {
    return List.of(
        new Contest(
            "Broadcast8",
            "one element to 8 outlets that park the writer, each with a reader",
            "SubmissionPublisher with 8 subscribers on virtual threads, buffers of the same room",
            new Bound.RateAtLeast(1),
            times -> broadcast(times, 0),
            Broadcasts::published),
        new Contest(
            "Broadcast8Stalled",
            "the same with a ninth outlet that nobody reads, dropping",
            "ours without it",
            new Bound.RateAtLeast(0.9),
            times -> broadcast(times, 1),
            times -> broadcast(times, 0)));
  }

  private static long broadcast(int times, int stalled) throws Exception {
    var outlets = new ArrayList<Outlet<Long>>();
    for (var i = 0; i < stalled; i++) {
      outlets.add(Outlet.of(Inlet.bounded("stalled", ROOM), Outlet.Rule.DROP_NEWEST));
    }
    var sum = new AtomicLong();
    var readers = new ArrayList<Thread>();
    for (var i = 0; i < OUTLETS; i++) {
      var inlet = Inlet.<Long>bounded("outlet-" + i, ROOM);
      outlets.add(Outlet.of(inlet, Outlet.Rule.PARK));
      readers.add(Thread.ofVirtual().start(() -> sum.addAndGet(read(times, inlet.source()))));
    }
    Broadcast.of(Flows.counting(times), outlets, java.time.InstantSource.system()).run();
    for (var reader : readers) reader.join();
    return sum.get();
  }

  private static long read(int times, Source<Long> source) {
    var sum = 0L;
    try {
      for (var left = times; left > 0; left--) {
        if (source.take(LONG) instanceof Source.Next.Got<Long>(var one)) sum += one.orThrow();
        else throw new IllegalStateException("the broadcast is gone");
      }
    } catch (InterruptedException broken) {
      throw new IllegalStateException(broken);
    }
    return sum;
  }

  private static long published(int times) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        var publisher = new SubmissionPublisher<Result<Long>>(executor, ROOM)) {
      var subscribers = new ArrayList<Summing>();
      for (var i = 0; i < OUTLETS; i++) {
        subscribers.add(new Summing(times));
        publisher.subscribe(subscribers.getLast());
      }
      for (var i = 0; i < times; i++) publisher.submit(Result.ok((long) (i & 127)));
      var sum = 0L;
      for (var subscriber : subscribers) sum += subscriber.await();
      return sum;
    }
  }

  /** Adds up what it gets. */
  private static final class Summing implements Flow.Subscriber<Result<Long>> {
    private final CountDownLatch all = new CountDownLatch(1);
    private int left;
    private long sum; // read when the latch is open

    Summing(int times) {
      left = times;
      if (times == 0) all.countDown();
    }

    long await() throws InterruptedException {
      all.await();
      return sum;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Result<Long> one) {
      sum += one.orThrow();
      if (--left == 0) all.countDown();
    }

    @Override
    public void onError(Throwable broken) {
      throw new IllegalStateException(broken);
    }

    @Override
    public void onComplete() {}
  }
}
