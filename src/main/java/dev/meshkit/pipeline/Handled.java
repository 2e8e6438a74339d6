package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.Optional;

/** How {@link Results#forEach} fares: it goes on until the first error, of an element or of it. */
final class Handled<T> implements Pulling.Look<T> {
  private final Results.Each<? super T> each;
  private long count;
  private Optional<MeshError> failed = Optional.empty();

  Handled(Results.Each<? super T> each) {
    this.each = each;
  }

  @Override
  public boolean goesOn(Result<T> one) throws InterruptedException {
    var outcome = one instanceof Result.Ok<T>(var value) ? each.handle(value) : one;
    if (outcome instanceof Result.Err<?>(var error)) failed = Optional.of(error);
    else count++;
    return failed.isEmpty();
  }

  Result<Long> outcome() {
    return failed.<Result<Long>>map(Result::err).orElse(Result.ok(count));
  }
}
