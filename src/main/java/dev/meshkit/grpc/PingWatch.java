package dev.meshkit.grpc;

import java.time.Duration;

/**
 * Whether a client keeps its connection alive no more often than it is permitted to, while we have
 * nothing to say to it. Counts time in ticks. Confined to the event loop.
 *
 * <p>While calls are open a client may ask each second whatever is permitted else, as ours do: it
 * has to notice that its path is lost before its calls' deadlines do ({@link Heartbeat}).
 */
final class PingWatch {
  private static final int MAX_STRIKES = 2; // as grpc-java: a third untimely one is too many

  private static final long SLACK_TICKS = Ticks.A_SECOND / 2; // two clocks, and what a path adds
  private static final long BUSY_TICKS = Ticks.A_SECOND - SLACK_TICKS;

  private final Permit permit;
  private final long gapTicks;
  private long sinceLast;
  private int strikes;

  /**
   * What a server permits.
   *
   * @param time between two keepalive frames, a second while calls are open; zero permits any
   * @param withoutCalls whether a connection without calls may be kept alive
   */
  record Permit(Duration time, boolean withoutCalls) {
    /** Permits everything that is no flood. */
    static Permit any() {
      return new Permit(Duration.ZERO, true);
    }
  }

  PingWatch(Permit permit) {
    this.permit = permit;
    var permitted = permit.time().isPositive() ? Ticks.of(permit.time()) : 0;
    this.gapTicks = permitted > SLACK_TICKS ? permitted - SLACK_TICKS : permitted;
    this.sinceLast = gapTicks;
  }

  /** A keepalive frame came; false if that is one too many. */
  boolean ping(boolean busy) {
    var gap = busy ? Math.min(BUSY_TICKS, gapTicks) : gapTicks;
    var untimely = sinceLast < gap || (!busy && !permit.withoutCalls());
    sinceLast = 0;
    if (!untimely) return true;
    strikes++;
    return strikes <= MAX_STRIKES;
  }

  /** Another 250 ms have passed. */
  void tick() {
    sinceLast++;
  }

  /**
   * We sent a part of an answer: its client is at work, and what it asked before counts no more, as
   * in grpc-java. Without this every untimely one of a connection's whole life would count.
   */
  void sent() {
    strikes = 0;
    sinceLast = gapTicks;
  }
}
