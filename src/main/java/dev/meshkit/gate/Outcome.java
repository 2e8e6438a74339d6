package dev.meshkit.gate;

import dev.meshkit.api.MeshError;
import java.util.Set;

/** Which errors are outcomes. Pure. */
final class Outcome {
  /**
   * They say NEVER, and yet speak of who asked or of the moment, not of the deed: of authority that
   * is over, of a build that does not fit, of a shutdown.
   */
  private static final Set<String> OF_THE_MOMENT =
      Set.of(
          "error.canceled",
          "error.fenced",
          "error.version.conflict",
          "error.deterministic.replay",
          "error.taskqueue.disposed");

  private Outcome() {}

  /** Whether it will fail again however often it is tried, so that it may be recorded. */
  static boolean isFinal(MeshError error) {
    if (error.retry() != MeshError.Retry.NEVER || OF_THE_MOMENT.contains(error.code()))
      return false;
    if (error instanceof MeshError.Aggregate several)
      return several.errors().stream().allMatch(Outcome::isFinal);
    return true;
  }

  /** What a call threw, which says nothing about whether it happened. */
  static MeshError thrown(String what, Exception thrown) {
    if (thrown instanceof dev.meshkit.api.MeshException told) return told.error();
    return new MeshError.Fault(
        "error.exception",
        what,
        "it threw " + thrown,
        "mend what it calls; it is tried again",
        MeshError.Retry.SAFE_WITH_KEY,
        java.util.Map.of(),
        java.util.Optional.of(thrown));
  }
}
