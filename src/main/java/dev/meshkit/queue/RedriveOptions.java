package dev.meshkit.queue;

/**
 * How dead tasks come back. Begin with {@link #DEFAULTS} and change what differs.
 *
 * @param perSecond at most so many a second; 0 for as fast as it goes
 * @param max at most so many in all, the oldest, or with {@code head} the newest; 0 for all
 * @param toLane the key of the lane they go to, in the class they were in, as if enqueued there
 *     now, for nobody there has had them; "" for their own
 * @param head before everything that waits in the lane, among each other in the order of their
 *     deaths; by default at its tail
 * @param asNew as other tasks with the same content: with a new number and token, so that a
 *     receiver that has seen the old one takes them for different
 * @param dryRun only count what would come back; nothing is written
 */
public record RedriveOptions(
    double perSecond, long max, String toLane, boolean head, boolean asNew, boolean dryRun) {
  /** All of them, to their own lanes' tails, as themselves, at once. */
  public static final RedriveOptions DEFAULTS = new RedriveOptions(0, 0, "", false, false, false);

  /** Checks each bound. */
  public RedriveOptions {
    if (!(perSecond >= 0) || Double.isInfinite(perSecond) || max < 0)
      throw new IllegalArgumentException("want 0 <= rate, max, not " + perSecond + ", " + max);
    if (toLane.length() > 200)
      throw new IllegalArgumentException("a lane key has at most 200 characters");
    var _ = WellFormed.text("a lane key", toLane);
  }

  /** Another rate. */
  public RedriveOptions withRate(double tasksPerSecond) {
    return new RedriveOptions(tasksPerSecond, max, toLane, head, asNew, dryRun);
  }

  /** Not more than so many. */
  public RedriveOptions withMax(long most) {
    return new RedriveOptions(perSecond, most, toLane, head, asNew, dryRun);
  }

  /** Into the lane of another key. */
  public RedriveOptions withLane(String key) {
    return new RedriveOptions(perSecond, max, key, head, asNew, dryRun);
  }

  /** Before what waits. */
  public RedriveOptions atHead() {
    return new RedriveOptions(perSecond, max, toLane, true, asNew, dryRun);
  }

  /** With new numbers and tokens. */
  public RedriveOptions renamed() {
    return new RedriveOptions(perSecond, max, toLane, head, true, dryRun);
  }

  /** Only counted. */
  public RedriveOptions tried() {
    return new RedriveOptions(perSecond, max, toLane, head, asNew, true);
  }
}
