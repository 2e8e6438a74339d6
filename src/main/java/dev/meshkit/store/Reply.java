package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller waits for its one answer. Thread-safe.
 *
 * @param <T> the answer's type
 */
final class Reply<T> implements Consumer<Result<T>> {
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile @Nullable Result<T> answer;

  @Override
  public void accept(Result<T> result) {
    answer = result;
    answered.countDown();
  }

  /** Blocks until answered. */
  Result<T> await() throws InterruptedException {
    answered.await();
    return Objects.requireNonNull(answer);
  }

  /** Blocks until answered; an interruption is kept for later. */
  Result<T> awaitUninterruptibly() {
    Uninterrupted.run(answered::await);
    return Objects.requireNonNull(answer);
  }
}
