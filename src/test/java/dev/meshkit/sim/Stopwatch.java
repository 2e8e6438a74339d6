package dev.meshkit.sim;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The time of the world outside, for whoever starts runs; what happens in one never asks. */
final class Stopwatch {
  private Stopwatch() {}

  /** Begins now, and says from then on whether so much time has passed. */
  static BooleanSupplier after(Duration length) {
    var began = System.nanoTime();
    return () -> System.nanoTime() - began >= length.toNanos();
  }
}
