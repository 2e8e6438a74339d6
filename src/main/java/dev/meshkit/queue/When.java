package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;

/** When a task may first be leased. Only RELAXED lanes take other than {@link Now}. */
public sealed interface When {
  /** At once. */
  record Now() implements When {}

  /**
   * Some time from now, by the queue clock: restarts count, jumps of the wall clock do not.
   *
   * @param delay not negative; cut at a hundred years
   */
  record After(Duration delay) implements When {}

  /**
   * At a time of the wall clock.
   *
   * @param wall the time, from 1970 on and before 2170
   */
  record At(Instant wall) implements When {}
}
