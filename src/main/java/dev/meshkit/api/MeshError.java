package dev.meshkit.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a caller must handle: what was tried, why it failed, what fixes it, and whether to try
 * again.
 *
 * <p>The {@link #code()} is API and never changes. Texts are for people and may.
 */
public sealed interface MeshError {
  /** Whether doing the same again is safe. */
  enum Retry {
    /** Nothing happened: try again freely. */
    SAFE,
    /** It may have happened: try again only with a key that makes the repetition harmless. */
    SAFE_WITH_KEY,
    /** It will fail again, or must not be repeated. */
    NEVER
  }

  /** The stable name, such as {@code error.timeout}. */
  String code();

  /** What was tried. */
  String tried();

  /** Why it failed. */
  String why();

  /** What fixes it, as an instruction. */
  String fix();

  /** Whether a repetition is safe. */
  Retry retry();

  /** More facts, by name; never secrets or bodies. */
  Map<String, String> details();

  /** An error without details or cause. */
  static MeshError of(String code, String tried, String why, String fix, Retry retry) {
    return new Fault(code, tried, why, fix, retry, Map.of(), Optional.empty());
  }

  /** Bad arguments: the caller's to mend, so never retried. */
  static MeshError validation(String tried, String why, String fix) {
    return of("error.validation", tried, why, fix, Retry.NEVER);
  }

  /** The far side, or what leads to it, is not there now. */
  static MeshError unavailable(String tried, String why, String fix) {
    return of("error.unavailable", tried, why, fix, Retry.SAFE);
  }

  /** This error with one more detail. */
  default MeshError with(String name, String value) {
    var all = new java.util.TreeMap<>(details());
    all.put(name, value);
    var cause = this instanceof Fault fault ? fault.cause : Optional.<Throwable>empty();
    return new Fault(code(), tried(), why(), fix(), retry(), all, cause);
  }

  /** {@code code: tried: why; fix}. One line. */
  default String text() {
    return code() + ": " + tried() + ": " + why() + "; " + fix();
  }

  /**
   * An ordinary failure.
   *
   * @param code the stable name
   * @param tried what was tried
   * @param why why it failed
   * @param fix what to do
   * @param retry whether to try again
   * @param details more facts
   * @param cause the exception it was translated from, if any
   */
  record Fault(
      String code,
      String tried,
      String why,
      String fix,
      Retry retry,
      Map<String, String> details,
      Optional<Throwable> cause)
      implements MeshError {
    /** Copies the details; what is blank, perhaps because a peer left it so, says at least that. */
    public Fault {
      if (!code.startsWith("error."))
        throw new IllegalArgumentException("a code begins with 'error.': " + code);
      tried = orElse(tried, "something that was not named");
      why = orElse(why, "no reason was given");
      fix = orElse(fix, "see the log of the node that said so");
      details = Map.copyOf(details);
    }

    private static String orElse(String text, String other) {
      return text.isBlank() ? other : text;
    }

    /** This error with the exception it came from. */
    public Fault causedBy(Throwable thrown) {
      return new Fault(code, tried, why, fix, retry, details, Optional.of(thrown));
    }
  }

  /**
   * A budget of time ran out; whether it happened all the same is unknown.
   *
   * @param budget how long was waited
   * @param tried what for
   */
  record TimedOut(Duration budget, String tried) implements MeshError {
    @Override
    public String code() {
      return "error.timeout";
    }

    @Override
    public String why() {
      return "no answer within " + budget.toMillis() + " ms";
    }

    @Override
    public String fix() {
      return "try again with the same key, or allow more time";
    }

    @Override
    public Retry retry() {
      return Retry.SAFE_WITH_KEY;
    }

    @Override
    public Map<String, String> details() {
      return Map.of("budget_ms", Long.toString(budget.toMillis()));
    }
  }

  /**
   * A branch that its combinator cancelled; never the outcome of a whole call.
   *
   * @param tried what was cancelled
   */
  record Canceled(String tried) implements MeshError {
    @Override
    public String code() {
      return "error.canceled";
    }

    @Override
    public String why() {
      return "it was cancelled by what it belonged to";
    }

    @Override
    public String fix() {
      return "see the error that cancelled it";
    }

    @Override
    public Retry retry() {
      return Retry.NEVER;
    }

    @Override
    public Map<String, String> details() {
      return Map.of();
    }
  }

  /**
   * Several failures of one call, in the order of its steps.
   *
   * @param errors 2–64 of them
   */
  record Aggregate(List<MeshError> errors) implements MeshError {
    /** Copies the list and checks its size. */
    public Aggregate {
      errors = List.copyOf(errors);
      if (errors.size() < 2 || errors.size() > 64) {
        throw new IllegalArgumentException(
            "an aggregate holds 2 to 64 errors, not " + errors.size());
      }
    }

    @Override
    public String code() {
      return "error.aggregate";
    }

    @Override
    public String tried() {
      return errors.size() + " steps";
    }

    @Override
    public String why() {
      return String.join(" | ", errors.stream().map(MeshError::text).toList());
    }

    @Override
    public String fix() {
      return "mend each";
    }

    /** The strictest inside. */
    @Override
    public Retry retry() {
      return errors.stream().map(MeshError::retry).max(Enum::compareTo).orElseThrow();
    }

    @Override
    public Map<String, String> details() {
      return Map.of();
    }
  }
}
