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
  private static final int UNHEARD_TICKS = 2 * Ticks.A_SECOND;

  private final PathWatch watch;
  private final BlackHole hole = new BlackHole();
  private long ticks;
  private boolean quiet;
  private int unheard; // ticks for which what the peer said of that counts
  private boolean inDoubt;

  Pulse(Connection connection, ControlStream control, KeepAlive keepAlive) {
    this.connection = connection;
    this.control = control;
    this.heartbeat = new Heartbeat(keepAlive);
    this.watch = keepAlive.watch();
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
    if (connection.isClosed()) return;
    if (heartbeat.isQuiet() && !quiet) control.unheard();
    quiet = heartbeat.isQuiet();
    if (unheard > 0) unheard--;
    tell(quiet || (busy && unheard > 0));
  }

  /**
   * The peer says that it does not hear us: for a while the path is in doubt, though we hear it.
   */
  void unheard() {
    unheard = UNHEARD_TICKS;
  }

  /** The connection has ended: nobody doubts it any more. */
  void closed() {
    tell(false);
  }

  private void tell(boolean now) {
    if (now == inDoubt) return;
    inDoubt = now;
    watch.inDoubt(now);
  }

  private void lose(String how) {
    connection.close(Failures.silent(connection.remote().toString(), how));
  }
}
