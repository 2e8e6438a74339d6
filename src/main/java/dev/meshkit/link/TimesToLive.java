package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import java.time.Duration;

/**
 * How long messages wait for their peer where they do not say so themselves; ZERO for the queue's
 * own default.
 *
 * @param control of class CONTROL
 * @param state of class STATE
 * @param bulk all others
 * @param most of any: beyond that its receiver may have forgotten that it was applied
 */
public record TimesToLive(Duration control, Duration state, Duration bulk, Duration most) {
  /** The queue's own. */
  static final TimesToLive DEFAULTS =
      new TimesToLive(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofDays(16));

  /** For how long a message waits. */
  Result<Duration> of(SendOptions options) {
    if (options.ttl().compareTo(most) > 0) return Result.err(tooLong(options.ttl()));
    if (options.ttl().isPositive()) return Result.ok(options.ttl());
    return Result.ok(
        switch (options.traffic()) {
          case CONTROL -> control;
          case STATE -> state;
          case BULK -> bulk;
        });
  }

  private MeshError tooLong(Duration ttl) {
    return MeshError.validation(
        "sending a message with a time to live of " + text(ttl),
        "after " + text(most) + " and its time among the dead its receiver may have forgotten it",
        "let it wait less long, or raise queue.inbox.keep on all nodes");
  }

  private static String text(Duration ttl) {
    return ttl.equals(Duration.ofDays(ttl.toDays())) ? ttl.toDays() + " d" : ttl.toSeconds() + " s";
  }
}
