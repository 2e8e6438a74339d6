package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Readers that stop while their senders go on, for as long as the rule of 30 s takes to end them:
 * memory stays flat, and the other calls of the connection keep nine tenths of their rate.
 */
public final class SlowReaders {
  private static final int CALLERS = 8;
  private static final long MOST_GROWTH_BYTES = 32 << 20;

  /** Never: what waits for it lets time pass. */
  private static final CountDownLatch OVER = new CountDownLatch(1);

  private SlowReaders() {}

  /** Runs it with so many, each half as long as {@code half}; what went wrong. */
  public static List<String> run(Duration half, int readers) throws Exception {
    var broken = new ArrayList<String>();
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(new ProbeService()));
      var channel = mesh.open(mesh.channel(server));
      try (var load = new Load(channel, CALLERS)) {
        load.awaitMore(5_000);
        var before = Memory.now();
        var free = during(load, half);
        var stalled = new ArrayList<CallEvents>();
        for (var i = 0; i < readers; i++) stalled.add(stall(channel));
        var beside = during(load, half);
        var growth = Memory.now().since(before);
        System.out.printf(
            "%,d calls alone, %,d beside %d slow readers; grown by %s%n",
            free, beside, readers, growth);
        if (beside < free * 9 / 10) broken.add(beside + " calls beside, " + free + " alone");
        if (growth.heapBytes() > MOST_GROWTH_BYTES || growth.directBytes() > MOST_GROWTH_BYTES) {
          broken.add("memory grew: " + growth);
        }
        load.failures().forEach(failure -> broken.add("a call failed: " + failure.getStatus()));
        for (var events : stalled) judge(events, broken);
      }
    }
    return broken;
  }

  private static void judge(CallEvents events, List<String> broken) throws InterruptedException {
    var status = events.awaitClose();
    if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED) {
      broken.add("a reader that stopped ended " + status);
    }
  }

  private static long during(Load load, Duration time) throws InterruptedException {
    var from = load.done();
    OVER.await(time.toMillis(), TimeUnit.MILLISECONDS);
    return load.done() - from;
  }

  /** Its server has 6 MB for it, and it reads only when the test is over. */
  private static CallEvents stall(ManagedChannel channel) {
    var call = channel.newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(Ask.newBuilder().setAnswers(100).setAnswerBytes(60_000).build());
    call.halfClose();
    Thread.startVirtualThread(
        () -> {
          try {
            OVER.await(45, TimeUnit.SECONDS); // by then the rule has ended it
            call.request(200);
          } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
          }
        });
    return events;
  }
}
