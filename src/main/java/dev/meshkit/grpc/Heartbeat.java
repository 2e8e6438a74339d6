package dev.meshkit.grpc;

import java.time.Duration;

/**
 * Decides when a path is silent for too long: first it is asked for a sign of life, and without one
 * it is lost. Reads no clock: time is counted in ticks, so a process that was stopped does not
 * blame its peers.
 */
final class Heartbeat {
  /** What to do after a tick. */
  enum Step {
    NOTHING,
    ASK,
    LOST
  }

  private static final long BUSY_TICKS = Ticks.of(Duration.ofSeconds(1)); // while calls are open

  /**
   * Who sends a frame each second is a little late with every other one: asked after just that
   * second, it would be asked then, and both ends woken for nothing. The answer is due no later for
   * it.
   */
  private static final long LATE_TICKS = 1;

  private static final int ROUND_TRIPS = 6;

  /** Half of the round trips that the answer may take, and no less than half a second. */
  private static final int QUIET_ROUND_TRIPS = 3;

  private static final Duration QUIET = Duration.ofMillis(500);

  private final KeepAlive keepAlive;
  private final long timeTicks;
  private long packets;
  private long silent;
  private long late; // how many ticks the question waited beyond what it had to
  private long answerDue = -1; // silent ticks at which the path is lost; -1 = nobody was asked
  private long quietAt; // silent ticks, while somebody was asked

  Heartbeat(KeepAlive keepAlive) {
    this.keepAlive = keepAlive;
    this.timeTicks = Ticks.of(keepAlive.time());
  }

  /** One tick later: so many packets were received in all, and calls are open or not. */
  Step tick(long received, boolean busy) {
    if (received != packets) {
      packets = received;
      silent = 0;
      answerDue = -1;
      return Step.NOTHING;
    }
    silent++;
    if (answerDue >= 0) return silent >= answerDue ? Step.LOST : Step.NOTHING;
    late = busy && timeTicks >= BUSY_TICKS ? LATE_TICKS : 0;
    return silent - late >= patience(busy) ? Step.ASK : Step.NOTHING;
  }

  private long patience(boolean busy) {
    if (timeTicks == Long.MAX_VALUE) return timeTicks;
    if (busy) return Math.min(BUSY_TICKS, timeTicks);
    return keepAlive.withoutCalls() ? timeTicks : Long.MAX_VALUE;
  }

  /** The question was sent, on a path of this round-trip time. */
  void asked(long roundTripMs) {
    var slow = Duration.ofMillis(ROUND_TRIPS * roundTripMs);
    var timeout = slow.compareTo(keepAlive.timeout()) > 0 ? slow : keepAlive.timeout();
    answerDue = silent - late + Ticks.of(timeout);
    var doubt = Duration.ofMillis(QUIET_ROUND_TRIPS * roundTripMs);
    quietAt = silent + Ticks.of(doubt.compareTo(QUIET) > 0 ? doubt : QUIET);
  }

  /**
   * Whether the question has been out for so long that the path is in doubt: it may yet be
   * answered, but whoever needs another path does well to look for one.
   */
  boolean isQuiet() {
    return answerDue >= 0 && silent >= quietAt;
  }
}
