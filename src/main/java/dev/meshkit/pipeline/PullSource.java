package dev.meshkit.pipeline;

import java.time.Duration;

/** A source that asks for each element until it is closed or has ended. */
final class PullSource<T> implements Source<T> {
  private final Pull<T> pull;
  private volatile boolean ended;

  PullSource(Pull<T> pull) {
    this.pull = pull;
  }

  @Override
  public Next<T> take(Duration wait) throws InterruptedException {
    if (ended) return new Next.Ended<>();
    var next = pull.next(wait);
    if (next instanceof Next.Ended) ended = true;
    return next;
  }

  @Override
  public void close() {
    ended = true;
  }
}
