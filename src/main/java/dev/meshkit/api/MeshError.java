package dev.meshkit.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

  /** This error with one more detail; its kind stays. */
  default MeshError with(String name, String value) {
    var all = new java.util.TreeMap<>(details());
    all.put(name, value);
    return switch (this) {
      case Fault fault -> new Fault(code(), tried(), why(), fix(), retry(), all, fault.cause);
      case TimedOut late -> new TimedOut(late.budget, late.tried, late.retry, all);
      case Canceled canceled -> new Canceled(canceled.tried, all);
      case Aggregate several -> new Aggregate(several.errors, all);
    };
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
   * A budget of time ran out; whether it happened all the same is unknown, unless it had not begun.
   *
   * @param budget how long was waited
   * @param tried what for
   * @param retry {@link Retry#SAFE} if it had not begun, else {@link Retry#SAFE_WITH_KEY}
   * @param details {@code budget_ms}, and more facts
   */
  record TimedOut(Duration budget, String tried, Retry retry, Map<String, String> details)
      implements MeshError {
    /** Copies the details and adds the budget. */
    public TimedOut {
      var all = new java.util.TreeMap<>(details);
      all.put("budget_ms", Long.toString(TimeUnit.MILLISECONDS.convert(budget)));
      details = Map.copyOf(all);
    }

    /** Something that had begun. */
    public TimedOut(Duration budget, String tried) {
      this(budget, tried, Retry.SAFE_WITH_KEY, Map.of());
    }

    /** Something that did not begin, for no time was left. */
    public static TimedOut before(Duration budget, String tried) {
      return new TimedOut(budget, tried, Retry.SAFE, Map.of());
    }

    @Override
    public String code() {
      return "error.timeout";
    }

    @Override
    public String why() {
      var all = details.get("budget_ms") + " ms";
      return retry == Retry.SAFE
          ? "it did not begin: nothing was left of " + all
          : "no answer within " + all;
    }

    @Override
    public String fix() {
      return retry == Retry.SAFE
          ? "try again, or allow more time"
          : "try again with the same key, or allow more time";
    }
  }

  /**
   * A branch that its combinator cancelled; never the outcome of a whole call.
   *
   * @param tried what was cancelled
   * @param details more facts
   */
  record Canceled(String tried, Map<String, String> details) implements MeshError {
    /** Copies the details. */
    public Canceled {
      details = Map.copyOf(details);
    }

    /** Without more facts. */
    public Canceled(String tried) {
      this(tried, Map.of());
    }

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
  }

  /**
   * Several failures of one call, in the order of its steps.
   *
   * @param errors 2–64 of them
   * @param details more facts; {@code errors} says how many there were if more than are listed
   */
  record Aggregate(List<MeshError> errors, Map<String, String> details) implements MeshError {
    /** Without more facts. */
    public Aggregate(List<MeshError> errors) {
      this(errors, Map.of());
    }

    /** Copies both and checks the size. */
    public Aggregate {
      details = Map.copyOf(details);
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
      return details.getOrDefault("errors", Integer.toString(errors.size())) + " steps";
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
  }
}
