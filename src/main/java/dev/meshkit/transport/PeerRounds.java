package dev.meshkit.transport;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks once a second whether the far sides of open HTTP/2 connections may stay, since grpc-netty
 * does not; HTTP/3 and the legacy socket look by themselves. One virtual thread, which sleeps while
 * there is nobody to look at. Thread-safe.
 */
final class PeerRounds implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PeerRounds.class.getName());
  private static final Duration TURN = Duration.ofSeconds(1);

  private final Set<Watched> all = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("meshkit-peer-check").unstarted(this::run);

  /** Somebody who was let in. */
  @FunctionalInterface
  interface Watched {
    /** Looks, and ends the calls of who must not stay; false if it need not be asked again. */
    boolean stays();
  }

  /** Begins; nobody is looked at yet. */
  PeerRounds() {
    thread.start();
  }

  /** Looks at it from now on, until it does not stay. Never blocks. */
  void add(Watched one) {
    all.add(one);
    synchronized (this) {
      notifyAll();
    }
  }

  /** It is gone. */
  void remove(Watched one) {
    all.remove(one);
  }

  private void run() {
    try {
      while (true) {
        awaitAny();
        Thread.sleep(TURN);
        all.removeIf(one -> !stays(one));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt(); // nobody is looked at any more
    }
  }

  private synchronized void awaitAny() throws InterruptedException {
    while (all.isEmpty()) wait();
  }

  /** A bug of ours must not let all others stay unseen. */
  private static boolean stays(Watched one) {
    try {
      return one.stays();
    } catch (RuntimeException bug) {
      LOG.log(System.Logger.Level.WARNING, "looking at a peer", bug);
      return true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
