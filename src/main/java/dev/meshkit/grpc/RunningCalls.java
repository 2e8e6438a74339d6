package dev.meshkit.grpc;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls that run, until their last callback has returned: in all, on each connection, and of
 * each identity, however many connections that has, and though some of them may be gone. So nobody
 * keeps the others out by what he leaves behind.
 *
 * <p>Calls begin on the event loop, and end on any thread.
 */
final class RunningCalls {
  private final Bounds.Load load;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentHashMap<Connection, Integer> ofConnection = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Integer> ofIdentity = new ConcurrentHashMap<>();

  RunningCalls(Bounds.Load load) {
    this.load = load;
  }

  /** Whether one more may run; if so it counts until {@link #end}. Event loop only. */
  boolean begin(Connection connection) {
    var identity = connection.identity();
    if (all.get() >= load.running()
        || ofConnection.getOrDefault(connection, 0) >= load.runningAConnection()
        || ofIdentity.getOrDefault(identity, 0) >= load.runningAnIdentity()) return false;
    all.incrementAndGet();
    ofConnection.merge(connection, 1, Integer::sum);
    if (!identity.equals(Identities.NOBODY)) ofIdentity.merge(identity, 1, Integer::sum);
    return true;
  }

  /** A call's last callback has returned. Any thread. */
  void end(Connection connection) {
    all.decrementAndGet();
    ofConnection.computeIfPresent(connection, (_, n) -> n == 1 ? null : n - 1);
    ofIdentity.computeIfPresent(connection.identity(), (_, n) -> n == 1 ? null : n - 1);
  }
}
