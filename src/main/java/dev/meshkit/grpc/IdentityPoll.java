package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks now and then which identity there is, on a virtual thread since the supplier may block, and
 * not again before it has answered.
 */
final class IdentityPoll {
  private final TlsContexts tls;
  private final EventLoop loop;
  private final Runnable renew;
  private final AtomicBoolean polling = new AtomicBoolean();

  /** {@code renew} runs on the loop, each time and when there is another. */
  IdentityPoll(TlsContexts tls, EventLoop loop, Runnable renew) {
    this.tls = tls;
    this.loop = loop;
    this.renew = renew;
  }

  /**
   * Has it asked, unless a question is open. On the loop, never blocks. Who was not there yet, or
   * not admitted, when the identity changed is renewed now.
   */
  void poll(Questions questions) {
    renew.run();
    if (polling.compareAndSet(false, true)) questions.add(this::ask);
    else tls.complain();
  }

  private void ask() {
    var changed = false;
    try {
      changed = tls.poll();
    } finally {
      polling.set(false);
    }
    if (changed) Reactor.tell(loop, renew); // that nothing has changed is no news, and wakes nobody
  }
}
