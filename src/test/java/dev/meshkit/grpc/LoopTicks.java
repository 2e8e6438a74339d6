package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * Time as the connections of an event loop have it: ticks of 250 ms, counted on that loop. A loop
 * that a busy machine keeps waiting ticks as much later here as it does for them.
 */
final class LoopTicks implements AutoCloseable {
  private final AtomicLong ticks = new AtomicLong();
  private final Future<?> timer;

  /** Counts from now on, while {@code going}, which is asked on the loop. */
  LoopTicks(EventLoop loop, BooleanSupplier going) {
    timer =
        loop.scheduleWithFixedDelay(
            () -> {
              if (going.getAsBoolean()) ticks.incrementAndGet();
            },
            Reactor.TICK_MS,
            Reactor.TICK_MS,
            TimeUnit.MILLISECONDS);
  }

  long count() {
    return ticks.get();
  }

  /** Waits for so many. */
  void await(long most) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> count() >= most);
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
