package dev.meshkit.queue;

/**
 * Whether and for how long a task lives that may have been sent before: one that is dead and
 * brought back, or alive and to be leased once more. A receiver that has applied it, while its
 * receipt was lost, knows it again for {@code retention.knownFor} and takes it for new after that;
 * so it lives no longer, unless it was never sent, or is sent as another or elsewhere.
 */
final class SecondLife {
  private SecondLife() {}

  /**
   * Whether a redrive brings this one back.
   *
   * @param latestMs the latest that it may be now
   */
  static boolean mayBe(
      DeadTable.Stone stone, RedriveOptions options, QueueOptions rules, long latestMs) {
    return stone.redrives() < rules.retention().redrives()
        && (options.asNew() || stone.reason() != Reason.FORGOTTEN)
        && ms(stone, options, rules, latestMs) > 0;
  }

  /** For how many milliseconds, of one that may be; its class's ttl at most. */
  static long ms(DeadTable.Stone stone, RedriveOptions options, QueueOptions rules, long latestMs) {
    var whole = stone.lane().cls().ttl().toMillis();
    if (!mayBeKnown(stone, options)) return whole;
    return Math.min(whole, leftMs(stone.enqueuedWallMs(), rules, latestMs));
  }

  /**
   * Whether the receiver of a live task may have applied it and forgotten that: its time to live
   * says nothing of it, for the queue clock stands still while the host sleeps, and makes up for
   * little of what a process was down.
   */
  static boolean isForgotten(TaskRow row, QueueOptions rules, long latestMs) {
    return row.origin() != 0 && leftMs(row.enqueuedWallMs(), rules, latestMs) <= 0;
  }

  private static long leftMs(long enqueuedWallMs, QueueOptions rules, long latestMs) {
    return enqueuedWallMs + Horizon.millis(rules.retention().knownFor()) - latestMs;
  }

  private static boolean mayBeKnown(DeadTable.Stone stone, RedriveOptions options) {
    var staysThere = options.toLane().isEmpty() || options.toLane().equals(stone.lane().key());
    return stone.origin() != 0 && !options.asNew() && staysThere;
  }
}
