package dev.meshkit.bench;

import dev.meshkit.grpc.testproto.ProbeGrpc;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Dials, makes one call, hangs up: full mutual handshakes, many at once. */
final class RpcShakes {
  private RpcShakes() {}

  /** One round of {@code parallel} diallers. */
  static RpcSample run(RpcSide side, int parallel, long nanos) throws Exception {
    var left = new CountDownLatch(parallel);
    var failure = new AtomicReference<Exception>();
    var all = new ArrayList<RpcLoad.Times>();
    var start = System.nanoTime();
    var before = RpcCosts.now();
    var checked = side.checks();
    for (var i = 0; i < parallel; i++) {
      var times = new RpcLoad.Times();
      all.add(times);
      Thread.startVirtualThread(
          () -> {
            try {
              dial(side, times, start + nanos);
            } catch (Exception failed) {
              failure.set(failed);
            }
            left.countDown();
          });
    }
    if (!left.await(nanos + TimeUnit.SECONDS.toNanos(20), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("diallers do not end");
    }
    if (failure.get() != null) throw failure.get();
    var sample = RpcLoad.sample(all, start, before);
    var dials = all.stream().mapToLong(RpcLoad.Times::count).sum();
    if (side.checks() - checked < 2 * dials) throw new IllegalStateException("sessions resumed");
    return sample;
  }

  private static void dial(RpcSide side, RpcLoad.Times times, long end) throws Exception {
    for (var began = System.nanoTime(); began < end; ) {
      var channel = side.dial(false);
      ProbeGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS).unary(RpcEcho.ASK);
      var now = System.nanoTime();
      times.add(now - began);
      RpcSide.end(channel);
      began = System.nanoTime();
    }
  }
}
