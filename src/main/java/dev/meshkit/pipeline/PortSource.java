package dev.meshkit.pipeline;

import java.time.Duration;

/** One port read as a flow. */
final class PortSource<T> implements Source<T> {
  private final Port<T> port;
  private final Runnable end;

  PortSource(Port<T> port, Runnable end) {
    this.port = port;
    this.end = end;
  }

  @Override
  public Next<T> take(Duration wait) throws InterruptedException {
    var gate = port.gate;
    gate.lockInterruptibly();
    try {
      var now = gate.now();
      var until = Timing.after(now, wait);
      while (true) {
        if (port.isReady(now)) return new Next.Got<>(port.poll(now));
        if (port.isDone()) return new Next.Ended<>();
        if (!now.isBefore(until)) return new Next.Nothing<>();
        gate.awaitUntil(port.due().isBefore(until) ? port.due() : until);
        now = gate.now();
      }
    } finally {
      gate.unlock();
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
