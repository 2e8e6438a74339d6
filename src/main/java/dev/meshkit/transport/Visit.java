package dev.meshkit.transport;

import dev.meshkit.observe.ConnectionEndEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Refused;
import dev.meshkit.security.TlsCode;
import io.grpc.Attributes;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * One connection that was accepted, for the recording to tell of its end as who dialled tells of
 * his. Thread-safe.
 */
final class Visit {
  /** Every call over HTTP finds its connection's here. */
  static final Attributes.Key<Visit> KEY = Attributes.Key.create("meshkit.visit");

  private static final Duration UNUSED = Duration.ofSeconds(1);

  private final String peer;
  private final RoadKind road;
  private final RoadTools tools;
  private final Instant sinceMonotonic;
  private int opened; // guarded by this
  private int open; // guarded by this
  private int cut; // guarded by this
  private boolean revoked; // guarded by this
  private Instant usedMonotonic; // guarded by this: made, or last used
  private boolean lost; // guarded by this
  private Duration roundTrip = Duration.ZERO; // guarded by this
  private String untold = ""; // guarded by this: how it ended, until its last call has

  /** Begins now; {@code peer} is empty of somebody who was not let in. */
  Visit(String peer, RoadKind road, RoadTools tools) {
    this.peer = peer;
    this.road = road;
    this.tools = tools;
    this.sinceMonotonic = tools.clocks().monotonic().instant();
    this.usedMonotonic = sinceMonotonic;
  }

  /**
   * Whether no duplex call is open, nor was within the last second. One that has just been made is
   * not unused: its owner would be back at once.
   */
  synchronized boolean isUnused() {
    var since = Duration.between(usedMonotonic, tools.clocks().monotonic().instant());
    return open == 0 && since.compareTo(UNUSED) >= 0;
  }

  /** A duplex call was let in. */
  synchronized void began() {
    opened++;
    open++;
  }

  /** One of those is over; {@code cut}: by the peer, or with the connection. */
  synchronized void over(boolean cut) {
    open--;
    usedMonotonic = tools.clocks().monotonic().instant();
    if (cut) this.cut++;
    if (open == 0 && !untold.isEmpty()) tell(untold);
  }

  /** The round trip, as the peer measures it; zero if it has not. */
  synchronized void measured(Duration said) {
    if (said.isPositive()) roundTrip = said;
  }

  /** The same, as last told; zero before that. */
  synchronized Duration roundTrip() {
    return roundTrip;
  }

  /** The path was silent for too long; the connection is cut now. */
  synchronized void lost() {
    lost = true;
  }

  /** Why a call ended that the peer did not end in good order. */
  synchronized Status cause() {
    return lost
        ? Status.UNAVAILABLE.withDescription("MK-NET-008 the path was silent for too long")
        : Status.CANCELLED.withDescription("the peer, or the road to it, is gone");
  }

  /**
   * What all checks say of the peer now. Who was let in and is revoked since is counted, once: its
   * connection is cut, or its calls are.
   */
  synchronized Admission judged(Admission now) {
    var out = now instanceof Refused(var code, _) && code == TlsCode.REVOKED && !peer.isEmpty();
    if (out && !revoked) tools.meters().count(Metric.REVOKED_CUT_TOTAL);
    revoked |= out;
    return now;
  }

  /**
   * It has ended. Its calls say so themselves, each on a thread of its own and perhaps later: what
   * was lost is known, and told, when the last of them has. A node that stops does not wait.
   *
   * @param closed whether this node ended it, because it stops
   * @param now what all checks say of the peer
   */
  synchronized void end(boolean closed, Supplier<Admission> now) {
    var refused = !closed && judged(now.get()) instanceof Refused;
    var cause = closed ? "CLOSED" : refused ? "REFUSED" : "LEFT";
    if (closed || open == 0) tell(cause);
    else untold = cause;
  }

  private void tell(String how) { // guarded by this
    untold = "";
    var lost = open + cut;
    var age = Duration.between(sinceMonotonic, tools.clocks().monotonic().instant());
    ConnectionEndEvent.emit(
        new ConnectionEndEvent.Ends("SERVER", road.name(), peer),
        new ConnectionEndEvent.End(
            how.equals("LEFT") && lost > 0 ? "LOST" : how,
            age.toMillis(),
            opened,
            lost,
            roundTrip.toNanos()));
  }
}
