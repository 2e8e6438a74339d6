package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The replies of a set of branches, and when they are enough. Pure; a copy for each reply.
 *
 * @param rule when it is decided
 * @param branches how many there are
 * @param replies by the branch's place
 * @param first the place of the reply that decided it, −1 while none has
 * @param bugs what branches threw, first one first
 * @param <T> what a branch yields
 */
record Outcomes<T>(
    Rule rule, int branches, TreeMap<Integer, Result<T>> replies, int first, List<Throwable> bugs)
    implements Tally<Branches.Reply<T>, Outcomes<T>> {
  /** When the replies are enough. */
  enum Rule {
    /** At the first Err. */
    ALL,
    /** When everyone has replied. */
    SETTLED,
    /** At the first Ok. */
    RACE
  }

  static <T> Outcomes<T> of(Rule rule, int branches) {
    return new Outcomes<>(rule, branches, new TreeMap<>(), -1, List.of());
  }

  @Override
  public Outcomes<T> with(Branches.Reply<T> reply) {
    var more = new TreeMap<>(replies);
    more.put(reply.index(), reply.result());
    var decides = first < 0 && decides(reply.result());
    return new Outcomes<>(rule, branches, more, decides ? reply.index() : first, bugs);
  }

  @Override
  public Outcomes<T> without(Throwable failure) {
    var more = new ArrayList<>(bugs);
    more.add(failure);
    return new Outcomes<>(rule, branches, replies, first, List.copyOf(more));
  }

  @Override
  public boolean decided() {
    return first >= 0 || !bugs.isEmpty() || replies.size() == branches;
  }

  private boolean decides(Result<T> result) {
    return switch (rule) {
      case ALL -> !result.isOk();
      case RACE -> result.isOk();
      case SETTLED -> false;
    };
  }

  /** Rethrows what a branch threw, unchanged, the others suppressed in it. */
  void rethrow() {
    if (bugs.isEmpty()) return;
    var bug = bugs.getFirst();
    bugs.stream().skip(1).filter(other -> other != bug).forEach(bug::addSuppressed);
    if (bug instanceof Error error) throw error;
    if (bug instanceof RuntimeException unchecked) throw unchecked;
    throw new IllegalStateException("a branch threw a checked exception", bug);
  }

  /** The values in the order of the steps; all must be Ok. */
  List<T> values() {
    return replies.values().stream().map(Result::orThrow).toList();
  }

  /** The errors in the order of the steps. */
  List<MeshError> errors() {
    var errors = new ArrayList<MeshError>();
    replies.values().forEach(result -> result.onErr(errors::add));
    return Collections.unmodifiableList(errors);
  }

  /** The errors as one: itself, or an aggregate of the first 64; empty if there is none. */
  Optional<MeshError> error() {
    var errors = errors();
    return switch (errors.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(errors.getFirst());
      default ->
          Optional.of(
              new MeshError.Aggregate(errors.subList(0, Math.min(64, errors.size()))));
    };
  }
}
