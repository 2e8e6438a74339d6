package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The replies of a set of branches up to the one that decides; later ones change nothing. Pure.
 *
 * @param rule when it is decided
 * @param branches how many there are
 * @param newest the replies, the newest first
 * @param end what decided it, if anything has
 * @param <T> what a branch yields
 */
record Outcomes<T>(Rule rule, int branches, Told<T> newest, End<T> end)
    implements Tally<Branches.Reply<T>, Outcomes<T>> {
  /** How many errors one aggregate holds. */
  private static final int MOST_ERRORS = 64;

  /** When the replies are enough. */
  enum Rule {
    /** At the first Err. */
    ALL("all"),
    /** When everyone has replied. */
    SETTLED("settled"),
    /** At the first Ok. */
    RACE("race"),
    /** At the only reply. */
    TIMEOUT("timeout");

    private final String label;

    Rule(String label) {
      this.label = label;
    }

    /** The combinator's name in thread dumps, scopes and events. */
    String label() {
      return label;
    }

    /** Whether this reply is enough by itself. */
    boolean isDecidedBy(Result<?> result) {
      return switch (this) {
        case ALL -> !result.isOk();
        case RACE -> result.isOk();
        case SETTLED, TIMEOUT -> false;
      };
    }
  }

  /** Replies as a chain, so that one more costs the same however many there are. */
  sealed interface Told<T> {
    /** How many. */
    int count();

    /** None. */
    record None<T>() implements Told<T> {
      @Override
      public int count() {
        return 0;
      }
    }

    /** One more. */
    record More<T>(int count, Branches.Reply<T> reply, Told<T> before) implements Told<T> {}
  }

  /** What decided. */
  sealed interface End<T> {
    /** Nothing yet. */
    record Open<T>() implements End<T> {}

    /** Everyone has replied, and nobody decided alone. */
    record Everyone<T>() implements End<T> {}

    /** A reply. */
    record Reply<T>(Branches.Reply<T> decider) implements End<T> {}

    /** A branch threw. */
    record Bug<T>(Throwable thrown) implements End<T> {}
  }

  static <T> Outcomes<T> of(Rule rule, int branches) {
    End<T> end = branches == 0 ? new End.Everyone<>() : new End.Open<>();
    return new Outcomes<>(rule, branches, new Told.None<>(), end);
  }

  @Override
  public Outcomes<T> with(Branches.Reply<T> reply) {
    if (decided()) return this;
    var count = newest.count() + 1;
    var told = new Told.More<>(count, ofItsOwn(reply), newest);
    return new Outcomes<>(rule, branches, told, endedBy(told.reply, count));
  }

  /**
   * Whom the combinator cancels comes after the decision and is not told here. So who was cancelled
   * all the same was not cancelled by it: as the outcome of the whole that would be a lie.
   */
  private static <T> Branches.Reply<T> ofItsOwn(Branches.Reply<T> reply) {
    if (!(reply.result() instanceof Result.Err<T>(MeshError.Canceled(var tried, var details)))) {
      return reply;
    }
    var error =
        new MeshError.Fault(
            "error.exception",
            tried,
            "it ended as if it was cancelled, and nobody had cancelled it",
            "see who interrupts its thread, or why it throws InterruptedException by itself",
            MeshError.Retry.SAFE_WITH_KEY,
            details,
            Optional.empty());
    return new Branches.Reply<>(reply.index(), Result.err(error));
  }

  @Override
  public Outcomes<T> without(Throwable failure) {
    return decided() ? this : new Outcomes<>(rule, branches, newest, new End.Bug<>(failure));
  }

  @Override
  public boolean decided() {
    return !(end instanceof End.Open<T>);
  }

  private End<T> endedBy(Branches.Reply<T> reply, int count) {
    if (rule.isDecidedBy(reply.result())) return new End.Reply<>(reply);
    return count == branches ? new End.Everyone<>() : new End.Open<>();
  }

  /** The reply that decided, if one did alone. */
  Optional<Branches.Reply<T>> decider() {
    return end instanceof End.Reply<T>(var reply) ? Optional.of(reply) : Optional.empty();
  }

  /** What a branch threw, if that decided. */
  Optional<Throwable> bug() {
    return end instanceof End.Bug<T>(var thrown) ? Optional.of(thrown) : Optional.empty();
  }

  /** The values in the order of the steps; all must be Ok. */
  List<T> values() {
    var values = new ArrayList<T>(branches);
    for (var reply : inOrder()) values.add(reply.result().orThrow());
    return List.copyOf(values);
  }

  /** The errors as one: itself, or the first 64 in the order of the steps; empty if none. */
  Optional<MeshError> error() {
    var errors = new ArrayList<MeshError>();
    for (var reply : inOrder()) reply.result().onErr(errors::add);
    return asOne(errors, errors.size());
  }

  /** Of {@code all} errors these, the first: as one, which says how many there were. */
  static Optional<MeshError> asOne(List<MeshError> errors, long all) {
    if (errors.size() <= 1) return errors.stream().findFirst();
    var listed = errors.subList(0, Math.min(MOST_ERRORS, errors.size()));
    var one = new MeshError.Aggregate(listed);
    return Optional.of(all == listed.size() ? one : one.with("errors", Long.toString(all)));
  }

  /** In the order they came. */
  List<Branches.Reply<T>> replies() {
    var all = new ArrayList<Branches.Reply<T>>(newest.count());
    for (var told = newest; told instanceof Told.More<T> more; told = more.before) {
      all.add(more.reply);
    }
    return all.reversed();
  }

  /** In the order of the steps. */
  private List<Branches.Reply<T>> inOrder() {
    var all = new ArrayList<>(replies());
    all.sort(Comparator.comparingInt(Branches.Reply::index));
    return all;
  }
}
