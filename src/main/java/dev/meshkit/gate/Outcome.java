package dev.meshkit.gate;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Set;

/** Which errors are outcomes, and what becomes of a task that ended in one. Pure. */
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

  /**
   * Another build, an operator, a later term, room on the disk or the next start mends them, and no
   * attempt does.
   */
  private static final Set<String> WAITS =
      Set.of(
          "error.version.conflict",
          "error.deterministic.replay",
          "error.effect.in_doubt",
          "error.fenced",
          "error.draining",
          "error.taskqueue.disposed",
          "error.store.busy",
          "error.store.closed",
          "error.store.full",
          "error.store.overloaded",
          "error.store.read_only",
          "error.store.unknown");

  /** As for a topic that nobody handles yet: either may come with the next release. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private Outcome() {}

  /**
   * What a handler is to say of the task whose run came to this.
   *
   * @param isClosing while that is so an error says nothing of the deed
   */
  static Disposition disposition(Result<?> result, boolean isClosing) {
    return switch (result) {
      case Result.Ok<?> _ -> Disposition.Ack.plain();
      case Result.Err<?>(var error) when isClosing || waits(error) ->
          new Disposition.Snooze(PAUSE, error.text());
      case Result.Err<?>(var error) when isFinal(error) -> new Disposition.Poison(error);
      case Result.Err<?>(var error) -> new Disposition.Retry(error, Duration.ZERO);
    };
  }

  /** Of several strands one that has to wait is enough: the run is open as long as it does. */
  private static boolean waits(MeshError error) {
    return error instanceof MeshError.Aggregate several
        ? several.errors().stream().anyMatch(Outcome::waits)
        : WAITS.contains(error.code());
  }

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
