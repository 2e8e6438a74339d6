package dev.meshkit.gate;

import dev.meshkit.api.MeshError;

/** Why a run is not executed, or not given up. */
final class RunErrors {
  private RunErrors() {}

  /** Of a run that ended long ago, or was given up. */
  static MeshError forgotten(RunRow run) {
    var why =
        run.st() == RunState.ABANDONED
            ? "it was given up"
            : "it ended so long ago that what it did is not known any more";
    return MeshError.of(
        "error.run.forgotten",
        "executing " + run.text(),
        why,
        "a key names one piece of work: use another for another",
        MeshError.Retry.NEVER);
  }

  /** While the node stops. */
  static MeshError draining(Change change, RunKey key) {
    return MeshError.of(
        "error.draining",
        "executing " + key.text() + " of " + change.name(),
        "the node is stopping",
        "nothing was done; execute it after the next start",
        MeshError.Retry.SAFE);
  }

  /** There is no such run, or effect. */
  static MeshError notFound(String what) {
    return MeshError.of(
        "error.not_found", what, "there is none", "see v_runs and v_effects", MeshError.Retry.SAFE);
  }

  /** It is not as it must be for this. */
  static MeshError busy(String tried) {
    return MeshError.of(
        "error.precondition",
        tried,
        "it is over, or just being executed",
        "look at it again in v_runs",
        MeshError.Retry.NEVER);
  }
}
