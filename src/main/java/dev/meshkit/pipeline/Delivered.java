package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;

/** How {@link Results#into} fares: it goes on until the inlet takes no more. */
final class Delivered<T> implements Pulling.Look<T> {
  private final Inlet<T> inlet;
  private final List<Result<T>> left = new ArrayList<>(1);
  private long count;

  Delivered(Inlet<T> inlet) {
    this.inlet = inlet;
  }

  /** What it shows is left over until it is delivered: an interruption must not lose it. */
  @Override
  public boolean goesOn(Result<T> one) throws InterruptedException {
    left.add(one);
    if (!inlet.deliver(one)) return false;
    left.clear();
    count++;
    return true;
  }

  Poured<T> outcome() {
    return new Poured<>(count, left);
  }
}
