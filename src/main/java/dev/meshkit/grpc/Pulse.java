package dev.meshkit.grpc;

/**
 * Whether a connection's peer is still there: it is asked when it has been silent for long, and
 * when somebody says that it has forgotten us; a path that stays silent is lost. Confined to the
 * event loop.
 */
final class Pulse {
  private final Connection connection;
  private final ControlStream control;
  private final Heartbeat heartbeat;
  private final Doubt doubt;

  Pulse(Connection connection, ControlStream control, KeepAlive keepAlive) {
    this.connection = connection;
    this.control = control;
    this.heartbeat = new Heartbeat(keepAlive);
    this.doubt = new Doubt(connection, control);
  }

  /** Somebody says that the server was restarted. */
  void doubted() {
    doubt.raise();
  }

  /** Another 250 ms have passed; may close the connection. */
  void tick(boolean busy) {
    switch (heartbeat.tick(control.packetsReceived(), busy)) {
      case NOTHING -> {}
      case ASK -> {
        if (control.ping()) heartbeat.asked(control.roundTripMs());
      }
      case LOST ->
          connection.close(
              Failures.silent(connection.remote().toString(), "the path is lost: no packet from"));
    }
  }
}
