package dev.meshkit.transport;

import dev.meshkit.grpc.PathWatch;
import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a channel: whether one was made after the first, and whether one is in doubt.
 * After the first, what was opened there must be opened anew: the peer has sent the channel
 * elsewhere, or will. Thread-safe.
 */
final class Connects extends ClientTransportFilter implements PathWatch {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger doubtful = new AtomicInteger();
  private volatile @Nullable Runnable waker;

  @Override
  public Attributes transportReady(Attributes attributes) {
    if (made.incrementAndGet() > 1) wake();
    return attributes;
  }

  /** Whether it has. */
  boolean isAnew() {
    return made.get() > 1;
  }

  /** On a thread of its own: whoever is woken may have to wait for a lock. */
  @Override
  public void inDoubt(boolean one) {
    if (one) {
      doubtful.incrementAndGet();
      Thread.ofVirtual().name("road in doubt").start(this::wake);
    } else {
      doubtful.decrementAndGet();
    }
  }

  /** Whether a connection has been silent for so long that another path may be needed soon. */
  boolean isInDoubt() {
    return doubtful.get() > 0;
  }

  /**
   * {@code waker} runs whenever one was made after the first, at once if there is one already, and
   * whenever one falls into doubt.
   */
  void watch(Runnable waker) {
    this.waker = waker;
    if (isAnew()) waker.run();
  }

  private void wake() {
    var now = waker;
    if (now != null) now.run();
  }
}
