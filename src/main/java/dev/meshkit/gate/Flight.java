package dev.meshkit.gate;

import dev.meshkit.api.Result;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Something that one thread does and others wait for. Thread-safe. */
final class Flight {
  private final Thread pilot = Thread.currentThread();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable Result<?> answer;

  /** Whether the caller is the one that does it. */
  boolean isMine() {
    return pilot.equals(Thread.currentThread());
  }

  /** It came to this. */
  void land(Result<?> result) {
    answer = result;
    over.countDown();
  }

  /** It came to nothing: whoever waits may try. A landed one stays as it is. */
  void end() {
    over.countDown();
  }

  /** Blocks until it is over; what it came to, if to anything. */
  Optional<Result<?>> await() throws InterruptedException {
    over.await();
    return Optional.ofNullable(answer);
  }
}
