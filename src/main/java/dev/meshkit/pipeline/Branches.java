package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Fanout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The forks of one combinator and their scopes: what all, race and timeout share. Confined to the
 * calling thread; each scope also to its branch while that runs.
 *
 * @param <T> what a step yields
 */
final class Branches<T> {
  /** How long a cancelled branch may take to end before it is reported. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private final List<Compensation> scopes;
  private final List<Branch> asks;
  private List<Reply<T>> failed = List.of(); // guarded by this; as they came
  private List<Throwable> thrown = List.of(); // likewise
  private final Outcomes.Rule rule;
  private final Starts starts;
  private volatile boolean isOver; // decided by a branch that is about to reply, or cancelled

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
    this.starts = Starts.of(steps.size(), limit);
    this.scopes = new ArrayList<>(steps.size());
    this.asks = new ArrayList<>(steps.size());
    for (var step : steps) {
      var index = scopes.size();
      var scope = undo.child(rule.label(), index);
      asks.add(new Branch(index, step, scope));
      scopes.add(scope);
    }
  }

  /** One step, its scope and its place. */
  private final class Branch implements Callable<Reply<T>> {
    private final int index;
    private final Step<T> step;
    private final Compensation scope;

    Branch(int index, Step<T> step, Compensation scope) {
      this.index = index;
      this.step = step;
      this.scope = scope;
    }

    /** Null: it was interrupted when nobody wanted to hear of it any more. */
    @Override
    public @Nullable Reply<T> call() {
      try {
        starts.await(index);
        if (isOver) return null; // who let it begin was cancelled
        var result = Objects.requireNonNull(step.run(scope), "a step's result");
        return ended(result).isOk() ? new Reply<>(index, result) : failed(index, result);
      } catch (InterruptedException _) {
        if (isOver) return null;
        // it may have thrown that by itself: then nobody else lets the next one begin
        return new Reply<>(index, ended(Result.err(new MeshError.Canceled(scope.name()))));
      } catch (RuntimeException | Error bug) {
        threw(bug);
        throw bug;
      }
    }
  }

  private Result<T> ended(Result<T> result) {
    if (rule.isDecidedBy(result)) isOver = true;
    else starts.next();
    return result;
  }

  private synchronized Reply<T> failed(int index, Result<T> result) {
    var reply = new Reply<>(index, result);
    if (failed.isEmpty()) failed = new ArrayList<>();
    failed.add(reply);
    return reply;
  }

  private synchronized void threw(Throwable bug) {
    if (thrown.isEmpty()) thrown = new ArrayList<>();
    thrown.add(bug);
  }

  private synchronized List<Throwable> thrown() {
    return List.copyOf(thrown);
  }

  /**
   * Runs them until the rule is decided; every fork has ended when this returns or throws. The
   * caller's interruption comes out when everything is undone; so does a bug that decided, as it
   * was thrown, the others suppressed in it.
   */
  Outcomes<T> run(Duration timeout) throws InterruptedException {
    Outcomes<T> outcomes;
    try {
      var round = new Fanout.Round(rule.label(), timeout, SLOW, new Watch());
      outcomes = Fanout.gather(round, Outcomes.of(rule, asks.size()), asks);
    } catch (InterruptedException cancelled) {
      Undoing.suppress(cancelled, undoAll());
      throw cancelled;
    }
    if (outcomes.bug().isPresent()) throw thrown(outcomes.bug().get());
    unlessInterrupted(List.of());
    return outcomes;
  }

  private final class Watch implements Fanout.Watch {
    @Override
    public void slow(int index) {
      SlowCancelEvent.emit(rule.label(), index, SLOW.toMillis());
    }

    @Override
    public void over() {
      isOver = true;
    }
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
    var won = scopes.remove(winner.index());
    var failed = Compensation.undoTogether(scopes); // the losers'
    scopes.add(won); // last: whoever undoes them all goes by the order of the deeds
    unlessInterrupted(failed);
    Compensation.keepTogether(List.of(won));
    late();
    return winner.result();
  }

  /** The outcome of failure: everything is undone. */
  <R> Result<R> fail(MeshError error) throws InterruptedException {
    var failed = undoAll();
    unlessInterrupted(failed);
    late();
    return Undoing.err(error, failed);
  }

  /** What others than the deciding branch failed with, also after it; at most {@code most}. */
  synchronized List<MeshError> others(int decider, int most) {
    var errors = new ArrayList<MeshError>();
    for (var reply : failed) if (reply.index() != decider) reply.result().onErr(errors::add);
    return errors.stream()
        .filter(error -> !(error instanceof MeshError.Canceled))
        .limit(most)
        .toList();
  }

  private List<MeshError> undoAll() {
    return Compensation.undoTogether(scopes);
  }

  /**
   * Interrupted between the decision and now: the decision does not stand. What could not be undone
   * by then is suppressed too.
   */
  private void unlessInterrupted(List<MeshError> failed) throws InterruptedException {
    if (!Thread.interrupted()) return;
    var late = new InterruptedException(rule.label() + " was interrupted while its branches ended");
    Undoing.suppress(late, failed);
    Undoing.suppress(late, undoAll());
    throw late;
  }

  /** Exceptions of branches that were cancelled already change nothing; a recording tells them. */
  private void late() {
    for (var bug : thrown()) LateExceptionEvent.emit(rule.label(), bug.toString());
  }

  private RuntimeException thrown(Throwable bug) {
    Undoing.suppress(bug, undoAll());
    for (var other : thrown()) if (!other.equals(bug)) bug.addSuppressed(other);
    if (bug instanceof Error error) throw error;
    if (bug instanceof RuntimeException unchecked) throw unchecked;
    return new IllegalStateException("a branch threw a checked exception", bug);
  }
}
