package dev.meshkit.queue;

/**
 * Whether and for how long a dead task lives that is brought back. A receiver that has applied it,
 * while its receipt was lost, knows it again for {@code retention.knownFor} and takes it for new
 * after that; so it lives no longer, unless it was never sent, or is sent as another or elsewhere.
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
    var known = Horizon.millis(rules.retention().knownFor());
    return Math.min(whole, stone.enqueuedWallMs() + known - latestMs);
  }

  private static boolean mayBeKnown(DeadTable.Stone stone, RedriveOptions options) {
    var staysThere = options.toLane().isEmpty() || options.toLane().equals(stone.lane().key());
    return stone.origin() != 0 && !options.asNew() && staysThere;
  }
}
