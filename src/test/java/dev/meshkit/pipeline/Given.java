package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** What the tests of pipelines are given: errors, steps, and a clock. */
final class Given {
  private Given() {}

  static MeshError error(String why) {
    return MeshError.of("error.unspecified", "a test", why, "nothing", Retry.NEVER);
  }

  static MeshError safe(String why) {
    return MeshError.of("error.unavailable", "a test", why, "try again", Retry.SAFE);
  }

  static <T> Result<T> err(String why) {
    return Result.err(error(why));
  }

  static <T> Step<T> ok(T value) {
    return Step.of(() -> Result.ok(value));
  }

  static <T> Step<T> failing(String why) {
    return Step.of(() -> err(why));
  }

  /** Never ends by itself; ends at once when it is interrupted. */
  static <T> Step<T> forever() {
    return Step.of(
        () -> {
          new CountDownLatch(1).await();
          return err("unreachable");
        });
  }

  /** Waits to be interrupted, and succeeds all the same. */
  static <T> Step<T> stubborn(T value) {
    return Step.of(
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException _) {
            return Result.ok(value);
          }
          return err("unreachable");
        });
  }

  /** A clock that stands until it is told to go. */
  static final class Clock implements InstantSource {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    @Override
    public Instant instant() {
      return now.get();
    }

    void go(Duration by) {
      now.updateAndGet(at -> at.plus(by));
    }
  }
}
