package dev.meshkit.grpc;

/**
 * Whether a connection's peer is still there: it is asked when it has been silent for long, and
 * when somebody says that it has forgotten us; a path that stays silent is lost, and so is one that
 * takes only small packets any more. Confined to the event loop.
 */
final class Pulse {
  private final Connection connection;
  private final ControlStream control;
  private final Heartbeat heartbeat;
  private final Doubt doubt;
  private final BlackHole hole = new BlackHole();
  private long ticks;

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
    if (++ticks % BlackHole.TURN_TICKS == 0 && hole.turn(control.seen())) {
      lose("the path is lost: it takes no large packets any more, to");
      return;
    }
    switch (heartbeat.tick(control.packetsReceived(), busy)) {
      case NOTHING -> {}
      case ASK -> {
        if (control.ping()) heartbeat.asked(control.roundTripMs());
      }
      case LOST -> lose("the path is lost: no packet from");
    }
  }

  private void lose(String how) {
    connection.close(Failures.silent(connection.remote().toString(), how));
  }
}
