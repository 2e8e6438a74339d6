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
  private final ConcurrentHashMap<Connection, Share> shares = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Integer> identities = new ConcurrentHashMap<>();

  /** What runs on one connection, which must not be asked for its identity again and again. */
  private record Share(String identity, int running) {
    Share plus(int more) {
      return new Share(identity, running + more);
    }
  }

  RunningCalls(Bounds.Load load) {
    this.load = load;
  }

  /** Whether one more may run; if so it counts until {@link #end}. Event loop only. */
  boolean begin(Connection connection, String identity) {
    if (all.get() >= load.running() || isSpent(connection) || isSpent(identity)) return false;
    all.incrementAndGet();
    shares.merge(connection, new Share(identity, 1), (known, _) -> known.plus(1));
    if (!identity.equals(Identities.NOBODY)) identities.merge(identity, 1, Integer::sum);
    return true;
  }

  private boolean isSpent(Connection connection) {
    var share = shares.get(connection);
    return share != null && share.running() >= load.runningAConnection();
  }

  private boolean isSpent(String identity) {
    return identities.getOrDefault(identity, 0) >= load.runningAnIdentity();
  }

  /** A call's last callback has returned. Any thread. */
  void end(Connection connection) {
    all.decrementAndGet();
    shares.computeIfPresent(
        connection,
        (_, share) -> {
          endOf(share.identity());
          return share.running() == 1 ? null : share.plus(-1);
        });
  }

  private void endOf(String identity) {
    identities.computeIfPresent(identity, (_, n) -> n == 1 ? null : n - 1);
  }
}
