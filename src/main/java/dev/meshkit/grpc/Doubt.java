package dev.meshkit.grpc;

import java.util.concurrent.TimeUnit;

/**
 * Whether a server that is said to know nothing of a connection is still there: it is asked, and
 * has three round trips, or 100 ms, to send anything at all. Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a closed connection ignores its timers
final class Doubt {
  private static final long LEAST_WAIT_MS = 100;
  private static final int ROUND_TRIPS = 3;

  private final Connection connection;
  private final ControlStream control;
  private boolean raised;

  Doubt(Connection connection, ControlStream control) {
    this.connection = connection;
    this.control = control;
  }

  /** Somebody says that the server has forgotten us. */
  void raise() {
    if (raised || connection.isClosed()) return;
    raised = true;
    var before = control.packetsReceived();
    control.ping();
    var wait = Math.max(LEAST_WAIT_MS, ROUND_TRIPS * control.roundTripMs());
    connection.loop().schedule(() -> decide(before), wait, TimeUnit.MILLISECONDS);
  }

  private void decide(long before) {
    raised = false;
    if (connection.isClosed() || control.packetsReceived() != before) return;
    connection.close(
        Failures.ofOurs(
            Kind.CLOSED,
            connection.remote() + " was restarted and knows nothing of this connection",
            Http3ConnectException.NONE,
            ""));
  }
}
