package dev.meshkit.bench;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/** Callers. Each drives a channel for a span of time and says what came of it. */
final class RpcLoad {
  private RpcLoad() {}

  /** Made by {@link #blocking} and the like: one round on one channel. */
  @FunctionalInterface
  interface Round {
    RpcSample run(ManagedChannel channel, long nanos) throws Exception;
  }

  /** Callers that each make the next call when the last one is answered, without a thread. */
  static Round asynchronous(int callers) {
    return (channel, nanos) -> {
      var chains = new ArrayList<Chain>();
      var left = new CountDownLatch(callers);
      var start = System.nanoTime();
      var before = RpcCosts.now();
      for (var i = 0; i < callers; i++) chains.add(new Chain(channel, start + nanos, left));
      for (var chain : chains) chain.next();
      await(left, nanos);
      return sample(chains.stream().map(c -> c.times).toList(), start, before);
    };
  }

  private static final class Chain implements StreamObserver<Answer> {
    private final ProbeGrpc.ProbeStub stub;
    private final long end;
    private final CountDownLatch left;
    private final Times times = new Times();
    private long began;

    Chain(Channel channel, long end, CountDownLatch left) {
      this.stub = ProbeGrpc.newStub(channel);
      this.end = end;
      this.left = left;
    }

    void next() {
      began = System.nanoTime();
      stub.unary(RpcEcho.ASK, this);
    }

    @Override
    public void onNext(Answer answer) {}

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException("a call failed", failure); // the latch stays, the run fails
    }

    @Override
    public void onCompleted() {
      var now = System.nanoTime();
      times.add(now - began);
      if (now < end) {
        next();
      } else {
        left.countDown();
      }
    }
  }

  /** Callers that each block a virtual thread. */
  static Round blocking(int callers) {
    return (channel, nanos) -> {
      var left = new CountDownLatch(callers);
      var all = new ArrayList<Times>();
      var start = System.nanoTime();
      var before = RpcCosts.now();
      for (var i = 0; i < callers; i++) {
        var times = new Times();
        all.add(times);
        Thread.startVirtualThread(
            () -> {
              call(ProbeGrpc.newBlockingStub(channel), times, start + nanos);
              left.countDown();
            });
      }
      await(left, nanos);
      return sample(all, start, before);
    };
  }

  private static void call(ProbeGrpc.ProbeBlockingStub stub, Times times, long end) {
    for (var began = System.nanoTime(); began < end; ) {
      stub.unary(RpcEcho.ASK);
      var now = System.nanoTime();
      times.add(now - began);
      began = now;
    }
  }

  /**
   * 64 KiB messages, half of the time in each direction, {@code answers} of them a call; the rate
   * is in bytes.
   */
  static Round streaming(int answers) {
    return (channel, nanos) -> {
      var before = RpcCosts.now();
      var start = System.nanoTime();
      var bytes = upload(channel, start + nanos / 2) + download(channel, answers, start + nanos);
      var spent = RpcCosts.now().since(before);
      var seconds = (System.nanoTime() - start) / 1e9;
      var chunks = (double) bytes / RpcEcho.CHUNK_BYTES;
      return new RpcSample(
          (int) chunks,
          bytes / seconds,
          0,
          0,
          spent.cpuNanos() / 1e3 / chunks,
          spent.heapBytes() / chunks);
    };
  }

  private static long upload(Channel channel, long end) throws InterruptedException {
    var seen = new AtomicLong(-1);
    var done = new CountDownLatch(1);
    var asks = new AtomicReference<ClientCallStreamObserver<Ask>>();
    var stub = ProbeGrpc.newStub(channel);
    stub.upload(
        new ClientResponseObserver<Ask, Answer>() {
          private boolean ended;

          @Override
          public void beforeStart(ClientCallStreamObserver<Ask> call) {
            asks.set(call);
            call.setOnReadyHandler(this::fill);
          }

          private void fill() {
            while (!ended && asks.get().isReady()) {
              if (System.nanoTime() < end) {
                asks.get().onNext(RpcEcho.CHUNK_ASK);
              } else {
                ended = true;
                asks.get().onCompleted();
              }
            }
          }

          @Override
          public void onNext(Answer answer) {
            seen.set(answer.getBytesSeen());
          }

          @Override
          public void onError(Throwable failure) {
            done.countDown();
          }

          @Override
          public void onCompleted() {
            done.countDown();
          }
        });
    await(done, TimeUnit.SECONDS.toNanos(5));
    if (seen.get() < 0) throw new IllegalStateException("the upload failed");
    return seen.get();
  }

  /** Streams of so many chunks until the time is over. */
  private static long download(Channel channel, int chunks, long end) {
    var stub = ProbeGrpc.newBlockingStub(channel);
    var bytes = 0L;
    while (System.nanoTime() < end) {
      var answers = stub.download(Ask.newBuilder().setAnswers(chunks).build());
      while (answers.hasNext()) bytes += answers.next().getBody().size();
    }
    return bytes;
  }

  static RpcSample sample(List<Times> all, long start, RpcCosts before) {
    var spent = RpcCosts.now().since(before);
    var seconds = (System.nanoTime() - start) / 1e9;
    var sorted = all.stream().flatMapToLong(Times::stream).sorted().toArray();
    return RpcSample.of(
        sorted.length / seconds,
        sorted,
        spent.cpuNanos() / 1e3 / sorted.length,
        (double) spent.heapBytes() / sorted.length);
  }

  private static void await(CountDownLatch left, long nanos) throws InterruptedException {
    if (!left.await(nanos + TimeUnit.SECONDS.toNanos(10), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("callers do not end");
    }
  }

  /** Durations of one caller. */
  static final class Times {
    private long[] nanos = new long[1 << 12];
    private int count;

    void add(long value) {
      if (count == nanos.length) nanos = java.util.Arrays.copyOf(nanos, 2 * count);
      nanos[count++] = value;
    }

    int count() {
      return count;
    }

    LongStream stream() {
      return java.util.Arrays.stream(nanos, 0, count);
    }
  }
}
