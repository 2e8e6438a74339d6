package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks now and then which identity there is, on a virtual thread since the supplier may block, and
 * not again before it has answered. Thread-safe.
 */
final class IdentityPoll {
  private final TlsContexts tls;
  private final EventLoop loop;
  private final Runnable renew;
  private final AtomicBoolean polling = new AtomicBoolean();

  /** After each answer {@code renew} runs on the loop. */
  IdentityPoll(TlsContexts tls, EventLoop loop, Runnable renew) {
    this.tls = tls;
    this.loop = loop;
    this.renew = renew;
  }

  /** Asks, unless a question is open. Never blocks. */
  void poll() {
    if (!polling.compareAndSet(false, true)) return;
    try {
      Thread.ofVirtual().name("meshkit-tls-reload").start(this::ask);
    } catch (Throwable none) { // no memory for a thread: the next poll may have it
      polling.set(false);
      throw none;
    }
  }

  private void ask() {
    try {
      tls.reload();
    } finally {
      polling.set(false);
      Reactor.tell(loop, renew);
    }
  }
}
