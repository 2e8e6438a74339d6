package dev.meshkit.transport;

import dev.meshkit.runtime.Chance;
import dev.meshkit.security.OwnCredentials;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLSession;

/**
 * How long a connection that was accepted over TCP may stay until its peer is sent elsewhere: to
 * its age, ± 10 %, or, once this node shows another certificate than it did there, for some time
 * within the spread, so that not all come again in one instant. HTTP/3 sees to that by itself.
 * Confined to one thread.
 */
final class Stay {
  private static final double JITTER = 0.1;

  private final Parts parts;
  private final boolean shown;
  private final Certificate leaf;
  private Instant endMonotonic;
  private boolean renewing;

  /**
   * What a stay goes by.
   *
   * @param own what this node shows now
   * @param tools time
   * @param times after what age, and within what spread
   */
  record Parts(OwnCredentials own, RoadTools tools, RoadTimes times) {}

  private Stay(Parts parts, SSLSession session, Duration age) {
    this.parts = parts;
    var ours = session.getLocalCertificates();
    this.shown = ours != null && ours.length > 0;
    this.leaf = shown ? ours[0] : parts.own().leaf();
    this.endMonotonic = now().plus(age);
  }

  /** Of a connection that another sends away for its age. */
  static Stay ofAnyAge(Parts parts, SSLSession session) {
    return new Stay(parts, session, RoadTimes.ENDLESS);
  }

  /** Of a connection that is sent away for its age, too. */
  static Stay of(Parts parts, SSLSession session) {
    var around = 1 - JITTER + 2 * JITTER * Chance.secure().nextDouble();
    var age = parts.times().listenerAge();
    return new Stay(parts, session, Duration.ofNanos((long) (age.toNanos() * around)));
  }

  /** Whether it is over. */
  boolean isOver() {
    var now = now();
    if (!renewing && shown && !leaf.equals(parts.own().leaf())) {
      renewing = true;
      var within = (long) (parts.times().spread().toNanos() * Chance.secure().nextDouble());
      var soon = now.plusNanos(within);
      if (soon.isBefore(endMonotonic)) endMonotonic = soon;
    }
    return !now.isBefore(endMonotonic);
  }

  private Instant now() {
    return parts.tools().clocks().monotonic().instant();
  }
}
