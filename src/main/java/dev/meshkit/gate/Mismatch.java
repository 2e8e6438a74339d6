package dev.meshkit.gate;

import dev.meshkit.api.MeshError;

/**
 * What a branch does differently from what is recorded.
 *
 * @param kind in which way
 * @param stored what is recorded
 * @param actual what the branch does
 */
record Mismatch(Kind kind, String stored, String actual) {
  /** In which way. */
  enum Kind {
    /** The same kind of step under another name. */
    RENAMED("a step was renamed"),
    /** The same steps in another order. */
    REORDERED("steps were reordered"),
    /** A recorded step is not visited any more. */
    REMOVED("a step was removed"),
    /** A step that is not recorded where all that follow are. */
    ADDED("a step was added"),
    /** Another way of doing it. */
    MODE("the mode of a step was changed"),
    /** Something else goes in. */
    INPUT("the input of a step was changed"),
    /** Another type, or a schema that cannot be read. */
    TYPE("the type of a step was changed"),
    /** What is recorded is not what was written. */
    DAMAGED("a recorded step is damaged"),
    /** Two at once where only their order tells them apart. */
    AMBIGUOUS("two steps of one strand run at once");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  MeshError error(RunRow run) {
    var fix =
        switch (kind) {
          case AMBIGUOUS -> "give each a key, or a strand of its own";
          case DAMAGED -> "put back a backup, or give the run up: DeterministicEffectStore.abandon";
          default ->
              "run a build that fits, or give the run up: DeterministicEffectStore.abandon; a new order of steps"
                  + " is a new version of the change";
        };
    return MeshError.of(
            "error.deterministic.replay",
            "replaying " + run.text(),
            kind.text + ": recorded is " + stored + ", and now there is " + actual,
            fix,
            MeshError.Retry.NEVER)
        .with("kind", kind.name())
        .with("stored", stored)
        .with("actual", actual);
  }
}
