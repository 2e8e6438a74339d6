package dev.meshkit.grpc;

import java.util.concurrent.TimeUnit;

/**
 * Looks whether clients still want the answers we have not begun, or not gone on with: one pass
 * over a connection's streams every 50 ms, while there are streams and the client does not tell us
 * of itself. Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a closed connection ends the rounds
final class ProbeRounds {
  private static final long BEAT_MS = 50;

  private final Connection connection;
  private boolean going;
  private long beat;

  ProbeRounds(Connection connection) {
    this.connection = connection;
  }

  /** A stream was opened. */
  void begin() {
    if (going || connection.peerCancels().areTold()) return;
    going = true;
    next();
  }

  private void next() {
    connection.loop().schedule(this::pass, BEAT_MS, TimeUnit.MILLISECONDS);
  }

  private void pass() {
    var streams = connection.streams();
    if (connection.isClosed() || connection.peerCancels().areTold() || streams.isEmpty()) {
      going = false;
      return;
    }
    beat++;
    try {
      for (var stream : streams.all()) stream.probe(beat);
    } finally {
      next(); // a probe for which there is no memory is not the last one
    }
  }
}
