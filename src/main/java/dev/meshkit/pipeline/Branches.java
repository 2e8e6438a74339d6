package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.observe.LateExceptionEvent;
import dev.meshkit.runtime.Fanout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
  private final List<Reply<T>> replies = new ArrayList<>(); // guarded by itself
  private final List<Throwable> thrown = new ArrayList<>(); // guarded by itself
  private final Outcomes.Rule rule;
  private final String name;
  private final Stragglers stragglers;
  private final Starts starts;

  /**
   * What one branch came to.
   *
   * @param index its place
   * @param result its outcome; {@code Canceled} if it was interrupted
   */
  record Reply<T>(int index, Result<T> result) {}

  /** All at once. */
  Branches(Outcomes.Rule rule, Compensation undo, List<? extends Step<T>> steps) {
    this(rule, undo, steps, Math.max(1, steps.size()));
  }

  /** At most {@code limit} at once, begun in order; none begins after one that decides. */
  Branches(Outcomes.Rule rule, Compensation undo, List<? extends Step<T>> steps, int limit) {
    this.rule = rule;
    this.name = rule.name().toLowerCase(Locale.ROOT);
    this.stragglers = new Stragglers(name);
    this.starts = new Starts(steps.size(), limit);
    for (var step : steps) {
      var scope = undo.child(name + "-" + scopes.size());
      asks.add(ask(scopes.size(), step, scope));
      scopes.add(scope);
    }
  }

  private Callable<Reply<T>> ask(int index, Step<T> step, Compensation scope) {
    return () -> {
      stragglers.begins(index);
      try {
        starts.await(index);
        var result = Objects.requireNonNull(step.run(scope), "a step's result");
        if (!rule.isDecidedBy(result)) starts.next();
        return replied(new Reply<>(index, result));
      } catch (InterruptedException _) {
        return replied(new Reply<>(index, Result.err(new MeshError.Canceled(name + "-" + index))));
      } catch (RuntimeException | Error bug) {
        synchronized (thrown) {
          thrown.add(bug);
        }
        throw bug;
      } finally {
        stragglers.ends(index);
      }
    };
  }

  private Reply<T> replied(Reply<T> reply) {
    synchronized (replies) {
      replies.add(reply);
    }
    return reply;
  }

  /**
   * Runs them until the rule is decided; every fork has ended when this returns or throws. The
   * caller's interruption comes out when everything is undone; so does a bug that decided, as it
   * was thrown, the others suppressed in it.
   */
  Outcomes<T> run(Duration timeout) throws InterruptedException {
    Outcomes<T> outcomes;
    try {
      var round = new Fanout.Round(name, timeout, stragglers);
      outcomes = Fanout.gather(round, Outcomes.of(rule, asks.size()), asks);
    } catch (InterruptedException cancelled) {
      stragglers.settled();
      undoAll();
      throw cancelled;
    }
    if (outcomes.bug().isPresent()) throw thrown(outcomes.bug().get());
    unlessInterrupted();
    return outcomes;
  }

  /** The outcome of success: every branch's actions go to the caller's scope. */
  <R> Result<R> stand(R value) {
    Compensation.keepTogether(scopes);
    late();
    return Result.ok(value);
  }

  /**
   * The outcome of a race: the losers are undone, and the winner's actions go to the caller's
   * scope.
   */
  Result<T> stand(Reply<T> winner) throws InterruptedException {
    var losers = new ArrayList<>(scopes);
    losers.remove(winner.index());
    Compensation.undoTogether(losers);
    unlessInterrupted();
    scopes.get(winner.index()).keep();
    late();
    return winner.result();
  }

  /** The outcome of failure: everything is undone. */
  <R> Result<R> fail(MeshError error) throws InterruptedException {
    var failed = undoAll();
    unlessInterrupted();
    late();
    return Undoing.err(error, failed);
  }

  /** What others than the deciding branch failed with, also after it; at most {@code most}. */
  List<MeshError> others(int decider, int most) {
    var errors = new ArrayList<MeshError>();
    synchronized (replies) {
      for (var reply : replies) if (reply.index() != decider) reply.result().onErr(errors::add);
    }
    return errors.stream()
        .filter(error -> !(error instanceof MeshError.Canceled))
        .limit(most)
        .toList();
  }

  private List<MeshError> undoAll() {
    return Compensation.undoTogether(scopes);
  }

  /** Interrupted between the decision and now: the decision does not stand. */
  private void unlessInterrupted() throws InterruptedException {
    if (!Thread.interrupted()) return;
    undoAll();
    throw new InterruptedException(name + " was interrupted while its branches ended");
  }

  /** Exceptions of branches that were cancelled already change nothing; a recording tells them. */
  private void late() {
    for (var bug : bugs()) LateExceptionEvent.emit(name, bug.toString());
  }

  private RuntimeException thrown(Throwable bug) {
    for (var failed : undoAll()) bug.addSuppressed(new MeshException(failed));
    for (var other : bugs()) if (!other.equals(bug)) bug.addSuppressed(other);
    if (bug instanceof Error error) throw error;
    if (bug instanceof RuntimeException unchecked) throw unchecked;
    return new IllegalStateException("a branch threw a checked exception", bug);
  }

  private List<Throwable> bugs() {
    synchronized (thrown) {
      return List.copyOf(thrown);
    }
  }
}
