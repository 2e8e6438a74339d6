package dev.meshkit.transport;

import dev.meshkit.observe.ConnectionEndEvent;
import io.grpc.Attributes;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * One connection that was accepted, for the recording to tell of its end as who dialled tells of
 * his. Thread-safe.
 */
final class Visit {
  /** Every call over HTTP finds its connection's here. */
  static final Attributes.Key<Visit> KEY = Attributes.Key.create("meshkit.visit");

  private final String peer;
  private final RoadKind road;
  private final RoadTools tools;
  private final Instant sinceMonotonic;
  private int opened; // guarded by this
  private int open; // guarded by this
  private int cut; // guarded by this
  private Duration roundTrip = Duration.ZERO; // guarded by this

  /** Begins now; {@code peer} is empty of somebody who was not let in. */
  Visit(String peer, RoadKind road, RoadTools tools) {
    this.peer = peer;
    this.road = road;
    this.tools = tools;
    this.sinceMonotonic = tools.clocks().monotonic().instant();
  }

  /** A duplex call was let in. */
  synchronized void began() {
    opened++;
    open++;
  }

  /** One of those is over; {@code cut}: by the peer, or with the connection. */
  synchronized void over(boolean cut) {
    open--;
    if (cut) this.cut++;
  }

  /** The round trip, as the peer measures it; zero if it has not. */
  synchronized void measured(Duration said) {
    if (said.isPositive()) roundTrip = said;
  }

  /**
   * It has ended. A call that is still open is as lost as one that has been told already: which it
   * is when the connection ends is chance.
   *
   * @param closed whether this node ended it, because it stops
   * @param refused whether the peer may not come in now
   */
  synchronized void end(boolean closed, BooleanSupplier refused) {
    var lost = open + cut;
    var kept = lost > 0 ? "LOST" : "LEFT";
    var age = Duration.between(sinceMonotonic, tools.clocks().monotonic().instant());
    ConnectionEndEvent.emit(
        new ConnectionEndEvent.Ends("SERVER", road.name(), peer),
        new ConnectionEndEvent.End(
            closed ? "CLOSED" : refused.getAsBoolean() ? "REFUSED" : kept,
            age.toMillis(),
            opened,
            lost,
            roundTrip.toNanos()));
  }
}
