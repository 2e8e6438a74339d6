package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;

/** How {@link Results#forEachSettled} fares: it goes on to the end, each element by itself. */
final class EachSettled<T> implements Pulling.Look<T> {
  private final Results.EachUndoable<? super T> each;
  private Settled outcome = Settled.NONE;

  EachSettled(Results.EachUndoable<? super T> each) {
    this.each = each;
  }

  @Override
  public boolean goesOn(Result<T> one) throws InterruptedException {
    outcome = outcome.with(one instanceof Result.Ok<T>(var value) ? handled(value) : one);
    return true;
  }

  private Result<Unit> handled(T value) throws InterruptedException {
    return Alone.within(
        Compensation.lent("element"), undo -> each.handle(value, undo).map(_ -> Unit.UNIT));
  }

  Settled outcome() {
    return outcome;
  }
}
