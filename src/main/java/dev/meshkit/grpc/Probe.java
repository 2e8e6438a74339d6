package dev.meshkit.grpc;

/**
 * When a silent response is probed: 200 to 250 ms after the last of it, then 0.5, 1, 2, 2 … s
 * later, counted in beats of 50 ms, so that a cancel is found within 300.
 */
final class Probe {
  private static final int FIRST_GAP = 5;
  private static final int MAX_GAP = 40;

  private int gap = FIRST_GAP;
  private long due = -1;

  /** Whether it is time, at beat {@code now}. */
  boolean isDue(long now) {
    if (due < 0) due = now + gap - 1; // it has been silent for up to a beat
    if (now < due) return false;
    gap = Math.min(2 * gap, MAX_GAP);
    due = now + gap;
    return true;
  }

  /** The response is not silent: begins anew. */
  void rest() {
    gap = FIRST_GAP;
    due = -1;
  }
}
