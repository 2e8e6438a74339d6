package dev.meshkit.grpc;

/**
 * When a silent response is probed: 250 ms after the last look, then 0.5, 1, 2, 2 … s, counted in
 * ticks.
 */
final class Probe {
  private static final int MAX_GAP_TICKS = 8;

  private int gap = 1;
  private int due;

  /** Whether it is time, at tick {@code now}. */
  boolean isDue(int now) {
    if (due == 0) due = now + gap;
    if (now < due) return false;
    gap = Math.min(2 * gap, MAX_GAP_TICKS);
    due = now + gap;
    return true;
  }
}
