package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Fanout;
import dev.meshkit.runtime.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The forks of one combinator and their scopes: what all, race and timeout share. Confined to the
 * calling thread; each scope also to its branch while that runs.
 *
 * @param <T> what a step yields
 */
final class Branches<T> {
  private final List<Compensation> scopes = new ArrayList<>();
  private final List<Callable<Reply<T>>> asks = new ArrayList<>();
  private final String name;

  /**
   * What one branch came to.
   *
   * @param index its place
   * @param result its outcome; {@code Canceled} if it was interrupted
   */
  record Reply<T>(int index, Result<T> result) {}

  Branches(String name, Compensation undo, List<? extends Step<T>> steps) {
    this.name = name;
    for (var step : steps) {
      var scope = undo.child(name + "-" + scopes.size());
      asks.add(ask(scopes.size(), step, scope));
      scopes.add(scope);
    }
  }

  private Callable<Reply<T>> ask(int index, Step<T> step, Compensation scope) {
    return () -> {
      try {
        return new Reply<>(index, step.run(scope));
      } catch (InterruptedException _) {
        return new Reply<>(index, Result.err(new MeshError.Canceled(name + "-" + index)));
      }
    };
  }

  /**
   * Runs them all at once until the tally is decided; every fork has ended when this returns or
   * throws. A bug in a branch comes out as it was thrown, after everything is undone; so does the
   * interruption of the caller.
   */
  <A extends Tally<Reply<T>, A>> A run(A start) throws InterruptedException {
    try {
      return Fanout.gather(name, start, asks);
    } catch (InterruptedException cancelled) {
      undoAll();
      throw cancelled;
    }
  }

  /** The same, undecided when {@code budget} is over. */
  <A extends Tally<Reply<T>, A>> A run(A start, Duration budget) throws InterruptedException {
    try {
      return Fanout.gather(name, budget, start, asks);
    } catch (InterruptedException cancelled) {
      undoAll();
      throw cancelled;
    }
  }

  /** Undoes every branch's actions, newest first over all of them; what failed to undo. */
  List<MeshError> undoAll() {
    return Compensation.undoTogether(scopes);
  }

  /** Undoes all but one branch, and hands that one's actions to the caller's scope. */
  List<MeshError> keepOnly(int winner) {
    var losers = new ArrayList<>(scopes);
    losers.remove(winner);
    var failed = Compensation.undoTogether(losers);
    scopes.get(winner).keep();
    return failed;
  }

  /** Hands every branch's actions to the caller's scope. */
  void keepAll() {
    scopes.forEach(Compensation::keep);
  }
}
