package dev.meshkit.grpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How a server ends a connection without failing a call (RFC 9114 §5.2): GOAWAY with the largest id
 * tells the client to go elsewhere; what crossed it is still served; one round trip later GOAWAY
 * with the next id says which requests never will be. The client closes when its calls have ended,
 * which may be long after ours have: what it has not read of a response is lost with the
 * connection. A client of this package is sure to do so, and has 30 s, the time any reader may
 * stop; from others a second of silence is taken for the end. Confined to the event loop.
 *
 * <p>A client that is about to replace a connection says so on it before it dials: the server's
 * {@link Identities} then do not count it against the one that comes.
 *
 * <p>Closing at once would lose what is in flight: Netty forgets a connection as it closes it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // timers are only cancelled
final class Farewell {
  private static final long EVERY_ID = (1L << 62) - 4;
  private static final long LEAST_WAIT_MS = 50;
  private static final long LINGER_MS = 1_000;
  private static final long READER_MS = 30_000;

  private final Connection connection;
  private final ControlStream control;
  private boolean begun;
  private boolean announced;
  private boolean lingering;
  private long firstRejected = Long.MAX_VALUE;
  private final List<Future<?>> timers = new ArrayList<>();

  Farewell(Connection connection, ControlStream control) {
    this.connection = connection;
    this.control = control;
  }

  boolean hasBegun() {
    return begun;
  }

  /** Whether a request with this id came too late. */
  boolean rejects(long id) {
    return id >= firstRejected;
  }

  /** A client's: it opens another connection, and will leave this one then. Once. */
  void announce() {
    if (announced) return;
    announced = true;
    control.leaving();
  }

  /** Begins; {@code grace} is how long open calls may still take. */
  void begin(Duration grace) {
    if (grace.compareTo(Lifetime.FOREVER) < 0) after(grace.toMillis(), connection::closeQuietly);
    if (begun) return;
    begun = true;
    control.goAway(EVERY_ID);
    after(Math.max(LEAST_WAIT_MS, control.roundTripMs()), this::lastId);
  }

  private void lastId() {
    firstRejected = connection.streams().nextId();
    control.goAway(firstRejected);
    streamClosed();
  }

  /** A stream has ended. */
  void streamClosed() {
    if (firstRejected == Long.MAX_VALUE || lingering || !connection.streams().isEmpty()) return;
    lingering = true;
    var seen = connection.streams().use().opened();
    var patience = connection.peerCancels().areTold() ? READER_MS : LINGER_MS; // ours tells
    after(Math.max(patience, 6 * control.roundTripMs()), () -> lingered(seen));
  }

  /**
   * A request below the last id may have been overtaken, and come only now: it is served. Who goes
   * on with what is rejected is not let go in peace.
   */
  private void lingered(long seen) {
    lingering = false;
    var over = connection.streams().isEmpty() && connection.streams().use().opened() == seen;
    if (over && connection.guard().streamsTaken() > 0) {
      connection.closeQuietly();
    } else {
      streamClosed();
    }
  }

  private void after(long millis, Runnable step) {
    if (connection.isClosed()) return;
    timers.removeIf(Future::isDone);
    timers.add(connection.loop().schedule(step, millis, TimeUnit.MILLISECONDS));
  }

  /** The connection has closed: nothing is left to wait for, and a timer would keep it. */
  void closed() {
    timers.forEach(timer -> timer.cancel(false));
    timers.clear();
  }
}
