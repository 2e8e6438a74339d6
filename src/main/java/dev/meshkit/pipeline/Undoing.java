package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs undo actions, one after the other, all of them; and says which failed, beside an error. */
final class Undoing {
  /** How long an action that overran its time may take to heed its interruption. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** How many failures an error tells of. */
  private static final int MOST_TOLD = 16;

  private Undoing() {}

  /** Undoes them newest first; what failed. The caller's interrupt is kept for afterwards. */
  static List<MeshError> newestFirst(List<Compensation.Action> actions, Duration timeout) {
    var failed = new ArrayList<MeshError>();
    actions.stream()
        .sorted(Comparator.comparingLong((Compensation.Action action) -> action.number).reversed())
        .forEach(action -> undo(action, timeout, failed));
    return List.copyOf(failed);
  }

  /** The error with what could not be undone after it: never instead of it. */
  static <T> Result<T> err(MeshError error, List<MeshError> failed) {
    if (failed.isEmpty()) return Result.err(error);
    var texts = failed.stream().limit(MOST_TOLD).map(MeshError::text).toList();
    return Result.err(
        error
            .with("undo_failed", String.join(" | ", texts))
            .with("undo_failures", Integer.toString(failed.size())));
  }

  /** Tells in what was thrown what could not be undone after it: never instead of it. */
  static void suppress(Throwable thrown, List<MeshError> failed) {
    for (var one : failed) thrown.addSuppressed(new MeshException(one));
  }

  private static void undo(Compensation.Action action, Duration timeout, List<MeshError> failed) {
    var thrown = new ArrayList<Throwable>(1); // read only after its thread has ended
    var worker =
        Thread.ofVirtual().name("undo-" + action.name).start(() -> attempt(action, thrown));
    if (joined(worker, timeout)) {
      thrown.forEach(e -> failed.add(failure(action, e.toString(), Optional.of(e))));
      return;
    }
    worker.interrupt();
    var why = "it took longer than " + Timing.millis(timeout) + " ms";
    if (!joined(worker, GRACE)) why += ", ignores its interruption, and still runs";
    failed.add(failure(action, why, Optional.empty()));
  }

  /** Errors too: an assertion that fails in an undo must not pass for success. */
  private static void attempt(Compensation.Action action, List<Throwable> thrown) {
    try {
      action.undo.run();
    } catch (Throwable e) {
      thrown.add(e);
    }
  }

  private static boolean joined(Thread worker, Duration atMost) {
    var monotonic = Timing.system().monotonic();
    var until = Timing.after(monotonic.instant(), atMost);
    var interrupted = false;
    try {
      while (true) {
        try {
          return worker.join(Duration.between(monotonic.instant(), until));
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private static MeshError failure(
      Compensation.Action action, String why, Optional<Throwable> cause) {
    CompensationFailedEvent.emit(action.scope.name(), action.name, why);
    return new MeshError.Fault(
        "error.exception",
        "undoing '" + action.name + "' of '" + action.scope.name() + "'",
        why,
        "take it back by hand, or repair what it depends on",
        Retry.SAFE_WITH_KEY,
        Map.of(),
        cause);
  }
}
