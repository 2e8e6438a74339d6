package dev.meshkit.queue;

/**
 * What a lane's row says besides its name. A new one replaces the old, so that undoing is easy.
 *
 * @param paused by an operator
 * @param hold of a STRICT lane: the task whose pause blocks it, since it is the first that nobody
 *     has; 0 for none
 * @param nextOrigin the next number to be given
 * @param live all tasks that are not dead
 * @param delayed of those, waiting for their time
 * @param leased of those, in workers' hands
 * @param dead in the poison queue
 * @param bytes of what lives, headers and bodies
 */
record Counts(
    boolean paused,
    long hold,
    long nextOrigin,
    long live,
    long delayed,
    long leased,
    long dead,
    long bytes) {
  /** Tasks that a worker could take if the lane were open. */
  long ready() {
    return live - delayed - leased;
  }

  /** How many more may be leased now; a STRICT lane has one holder at a time. */
  int room(QueueOptions options) {
    return options.mode() == QueueOptions.Mode.STRICT && leased > 0 ? 0 : left(options);
  }

  /** How many more whoever holds one may have now. */
  int left(QueueOptions options) {
    if (paused || hold != 0 || ready() <= 0) return 0;
    return (int) Math.max(0, options.leases().window() - leased);
  }

  /** Whether the lane holds nothing, and nothing about it was ordered. */
  boolean isNothing() {
    return live == 0 && dead == 0 && hold == 0 && !paused;
  }

  /** The lane in numbers. */
  LaneStats stats(Lane lane) {
    return new LaneStats(lane, ready(), delayed, leased, dead, bytes, paused, hold);
  }

  Counts paused(boolean now) {
    return new Counts(now, hold, nextOrigin, live, delayed, leased, dead, bytes);
  }

  Counts hold(long seq) {
    return new Counts(paused, seq, nextOrigin, live, delayed, leased, dead, bytes);
  }

  Counts nextOrigin(long next) {
    return new Counts(paused, hold, next, live, delayed, leased, dead, bytes);
  }

  Counts added(long size, boolean isDelayed) {
    return new Counts(
        paused,
        hold,
        nextOrigin,
        live + 1,
        delayed + (isDelayed ? 1 : 0),
        leased,
        dead,
        bytes + size);
  }

  Counts removed(long size) {
    return new Counts(paused, hold, nextOrigin, live - 1, delayed, leased, dead, bytes - size);
  }

  /** So many that were leased, and so many bytes, are gone. */
  Counts settled(int many, long size) {
    return new Counts(
        paused, hold, nextOrigin, live - many, delayed, leased - many, dead, bytes - size);
  }

  Counts delayed(int more) {
    return new Counts(paused, hold, nextOrigin, live, delayed + more, leased, dead, bytes);
  }

  Counts leased(int more) {
    return new Counts(paused, hold, nextOrigin, live, delayed, leased + more, dead, bytes);
  }

  /** Nothing is leased, and of the rest there is so much. */
  Counts recounted(long all, long later, long size) {
    return new Counts(paused, hold, nextOrigin, all, later, 0, dead, size);
  }

  Counts dead(int more) {
    return new Counts(paused, hold, nextOrigin, live, delayed, leased, dead + more, bytes);
  }
}
