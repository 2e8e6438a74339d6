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
 * @param replies in the order they came
 * @param end what decided it, if anything has
 * @param <T> what a branch yields
 */
record Outcomes<T>(Rule rule, int branches, List<Branches.Reply<T>> replies, End end)
    implements Tally<Branches.Reply<T>, Outcomes<T>> {
  /** How many errors one aggregate holds. */
  private static final int MOST_ERRORS = 64;

  /** When the replies are enough. */
  enum Rule {
    /** At the first Err. */
    ALL,
    /** When everyone has replied. */
    SETTLED,
    /** At the first Ok. */
    RACE,
    /** At the only reply. */
    TIMEOUT;

    /** Whether this reply is enough by itself. */
    boolean isDecidedBy(Result<?> result) {
      return switch (this) {
        case ALL -> !result.isOk();
        case RACE -> result.isOk();
        case SETTLED, TIMEOUT -> false;
      };
    }
  }

  /** What decided. */
  sealed interface End {
    /** Nothing yet. */
    record Open() implements End {}

    /** Everyone has replied, and nobody decided alone. */
    record Everyone() implements End {}

    /** The last reply. */
    record Reply() implements End {}

    /** A branch threw. */
    record Bug(Throwable thrown) implements End {}
  }

  static <T> Outcomes<T> of(Rule rule, int branches) {
    return new Outcomes<>(
        rule, branches, List.of(), branches == 0 ? new End.Everyone() : new End.Open());
  }

  @Override
  public Outcomes<T> with(Branches.Reply<T> reply) {
    if (decided()) return this;
    var more = new ArrayList<Branches.Reply<T>>(replies.size() + 1);
    more.addAll(replies);
    more.add(reply);
    return new Outcomes<>(rule, branches, more, endedBy(reply, more.size()));
  }

  @Override
  public Outcomes<T> without(Throwable failure) {
    return decided() ? this : new Outcomes<>(rule, branches, replies, new End.Bug(failure));
  }

  @Override
  public boolean decided() {
    return !(end instanceof End.Open);
  }

  private End endedBy(Branches.Reply<T> reply, int count) {
    if (rule.isDecidedBy(reply.result())) return new End.Reply();
    return count == branches ? new End.Everyone() : new End.Open();
  }

  /** The reply that decided, if one did alone. */
  Optional<Branches.Reply<T>> decider() {
    return end instanceof End.Reply ? Optional.of(replies.getLast()) : Optional.empty();
  }

  /** What a branch threw, if that decided. */
  Optional<Throwable> bug() {
    return end instanceof End.Bug(var thrown) ? Optional.of(thrown) : Optional.empty();
  }

  /** The values in the order of the steps; all must be Ok. */
  List<T> values() {
    return inOrder().stream().map(reply -> reply.result().orThrow()).toList();
  }

  /** The errors as one: itself, or the first 64 in the order of the steps; empty if none. */
  Optional<MeshError> error() {
    var errors = new ArrayList<MeshError>();
    for (var reply : inOrder()) reply.result().onErr(errors::add);
    return asOne(errors);
  }

  static Optional<MeshError> asOne(List<MeshError> errors) {
    return switch (errors.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(errors.getFirst());
      default ->
          Optional.of(
              new MeshError.Aggregate(errors.subList(0, Math.min(MOST_ERRORS, errors.size()))));
    };
  }

  private List<Branches.Reply<T>> inOrder() {
    return replies.stream().sorted(Comparator.comparingInt(Branches.Reply::index)).toList();
  }
}
