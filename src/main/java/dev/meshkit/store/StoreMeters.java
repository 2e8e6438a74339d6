package dev.meshkit.store;

import java.time.Duration;

/** What the committer counts. */
final class StoreMeters {
  void committed(int ops, Duration took, int busy) {}
}
