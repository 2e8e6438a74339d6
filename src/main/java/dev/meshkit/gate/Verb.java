package dev.meshkit.gate;

import java.util.List;

/** What an operator may do to a change. Each is one compare-and-set: {@link Verbs}. */
public sealed interface Verb {
  /** Its name on the command line and in errors. */
  String name();

  /**
   * Moves to a version, for everybody or for some.
   *
   * @param version to which
   * @param basisPoints how many of 10,000 subjects at once
   * @param include patterns of subjects that go at once
   * @param exclude patterns of subjects that stay behind
   * @param force go although alive members cannot: those refuse the change until upgraded
   */
  record Advance(
      int version, int basisPoints, List<String> include, List<String> exclude, boolean force)
      implements Verb {
    /** Copies the patterns. */
    public Advance {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }

    /** For everybody. */
    public static Advance all(int version) {
      return new Advance(version, Rollout.ALL, List.of(), List.of(), false);
    }

    /** For some of 10,000. */
    public static Advance some(int version, int basisPoints) {
      return new Advance(version, basisPoints, List.of(), List.of(), false);
    }

    @Override
    public String name() {
      return "advance";
    }
  }

  /**
   * Reaches more subjects in the same epoch; nobody goes back by it.
   *
   * @param basisPoints how many of 10,000 from now on, not fewer than now
   * @param include all patterns that include, those of now among them
   * @param exclude all patterns that still exclude, none but those of now
   */
  record Widen(int basisPoints, List<String> include, List<String> exclude) implements Verb {
    /** Copies the patterns. */
    public Widen {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }

    @Override
    public String name() {
      return "widen";
    }
  }

  /**
   * Takes everybody back, at once.
   *
   * @param version to which; 0 for the one before
   */
  record Rollback(int version) implements Verb {
    @Override
    public String name() {
      return "rollback";
    }
  }

  /** Lets nobody move it on. */
  record Freeze() implements Verb {
    @Override
    public String name() {
      return "freeze";
    }
  }

  /** Lets it be moved on again. */
  record Thaw() implements Verb {
    @Override
    public String name() {
      return "thaw";
    }
  }

  /**
   * Ends what is older.
   *
   * @param min the lowest version that may still be in use
   */
  record Retire(int min) implements Verb {
    @Override
    public String name() {
      return "retire";
    }
  }

  /**
   * Lets a newer version be advanced to.
   *
   * @param max the highest version that may be in use
   */
  record Raise(int max) implements Verb {
    @Override
    public String name() {
      return "raise";
    }
  }
}
