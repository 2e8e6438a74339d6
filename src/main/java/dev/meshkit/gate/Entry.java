package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;

/**
 * The committed state of a change: what a scope record says of it.
 *
 * @param change its name, the region put in
 * @param version the one that runs, or is being rolled out
 * @param min the lowest that may be in use
 * @param max the highest that may be in use
 * @param rollout who runs it already
 * @param epoch counts the decisions about this change; within one a rollout only grows
 */
public record Entry(String change, int version, int min, int max, Rollout rollout, long epoch) {
  /** Checks that both versions lie in the window. */
  public Entry {
    if (min < 1 || version < min || version > max || rollout.prior() < min || rollout.prior() > max)
      throw new IllegalArgumentException(
          "want 1 <= min <= version, prior <= max, not "
              + (min + ", " + version + ", " + rollout.prior() + ", " + max));
    if (epoch < 0) throw new IllegalArgumentException("an epoch is not negative: " + epoch);
  }

  /** What no entry amounts to: everybody runs the baseline, and all that the build can may come. */
  public static Entry baseline(Change change) {
    var support = change.support();
    var all = Rollout.complete(change.baseline());
    return new Entry(change.name(), change.baseline(), support.min(), support.max(), all, 0);
  }

  /**
   * One as it stands in a scope record, by whatever build; {@code error.payload.malformed} if it
   * cannot be read or its numbers do not fit together.
   */
  public static Result<Entry> read(
      String change, int version, int min, int max, Bytes rollout, long epoch) {
    return Rollout.read(rollout, version)
        .flatMap(read -> checked(change, version, min, max, read, epoch));
  }

  private static Result<Entry> checked(
      String change, int version, int min, int max, Rollout rollout, long epoch) {
    try {
      return Result.ok(new Entry(change, version, min, max, rollout, epoch));
    } catch (IllegalArgumentException broken) {
      return Result.err(
          MeshError.of(
              "error.payload.malformed",
              "reading the entry of " + change,
              String.valueOf(broken.getMessage()),
              "compare the builds of this node and of the scope's leader",
              MeshError.Retry.NEVER));
    }
  }

  /** What those run whom the rollout has not reached. */
  public int prior() {
    return rollout.prior();
  }

  /** This one with another rollout, in the same epoch. */
  Entry with(Rollout other) {
    return new Entry(change, version, min, max, other, epoch);
  }

  /** One line: {@code v2 (prior 1, window 1..2, 2500 of 10000, epoch 3)}. */
  public String text() {
    return "v"
        + version
        + " (prior "
        + prior()
        + ", window "
        + min
        + ".."
        + max
        + ", "
        + rollout.basisPoints()
        + " of 10000, epoch "
        + epoch
        + (rollout.frozen() ? ", frozen)" : ")");
  }
}
