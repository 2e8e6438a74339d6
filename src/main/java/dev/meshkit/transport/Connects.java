package dev.meshkit.transport;

import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whether a channel has made a connection after its first. Then what it opened on the first must be
 * opened anew: the peer has sent it elsewhere, or will. Thread-safe.
 */
final class Connects extends ClientTransportFilter {
  private final AtomicInteger made = new AtomicInteger();
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

  /** {@code waker} runs whenever it has; at once if it has already. */
  void watch(Runnable waker) {
    this.waker = waker;
    if (isAnew()) waker.run();
  }

  private void wake() {
    var now = waker;
    if (now != null) now.run();
  }
}
