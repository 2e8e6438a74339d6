package dev.meshkit.transport;

import java.util.HashMap;
import java.util.Map;

/**
 * How many of one name are somewhere at once: so many at most, so that nobody takes the places of
 * all. Thread-safe.
 */
final class Crowd {
  private final int most;
  private final Map<String, Integer> inside = new HashMap<>(); // guarded by this

  Crowd(int most) {
    this.most = most;
  }

  /** Whether there is room for one more of this name, who is inside until he leaves. */
  synchronized boolean enter(String name) {
    var already = inside.getOrDefault(name, 0);
    if (already >= most) return false;
    inside.put(name, already + 1);
    return true;
  }

  /** One who has entered leaves. */
  synchronized void leave(String name) {
    inside.computeIfPresent(name, (_, many) -> many == 1 ? null : many - 1);
  }
}
