package dev.meshkit.pipeline;

import java.time.Duration;
import java.time.Instant;

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
    if (Thread.interrupted()) throw new InterruptedException();
    var gate = port.gate;
    var now = port instanceof Inlet ? Instant.EPOCH : gate.now(); // an inlet needs no clock
    var one = port.isReady(now) ? port.poll(now) : null;
    return one == null ? await(wait) : new Next.Got<>(one);
  }

  private Next<T> await(Duration wait) throws InterruptedException {
    var gate = port.gate;
    gate.lockInterruptibly();
    try {
      var now = gate.now();
      var until = Timing.after(now, wait);
      while (true) {
        gate.attend();
        var done = port.isDone(); // before it looks: what was written before the end is not missed
        var one = port.isReady(now) ? port.poll(now) : null;
        if (one != null) return new Next.Got<>(one);
        if (done) return new Next.Ended<>();
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
