package dev.meshkit.pipeline;

import java.time.Duration;

/** An inlet read as a flow: closing it closes the inlet. */
final class InletSource<T> implements Source<T> {
  private final Inlet<T> inlet;

  InletSource(Inlet<T> inlet) {
    this.inlet = inlet;
  }

  @Override
  public Next<T> take(Duration wait) throws InterruptedException {
    var gate = inlet.gate;
    gate.lockInterruptibly();
    try {
      var until = gate.now().plus(wait);
      while (true) {
        var now = gate.now();
        if (inlet.isReady(now)) return new Next.Got<>(inlet.poll(now));
        if (inlet.isDone()) return new Next.Ended<>();
        if (!now.isBefore(until)) return new Next.Nothing<>();
        gate.awaitUntil(until);
      }
    } finally {
      gate.unlock();
    }
  }

  @Override
  public void close() {
    inlet.close();
  }
}
