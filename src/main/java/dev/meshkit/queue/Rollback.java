package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;

/**
 * The way out for a file that has gone back in time: a copy of it that was put in its place by
 * hand. It would give numbers, and name tasks, as it did before, for other messages.
 *
 * <p>A peer's word for it stops the lane to that peer. Who resumes such a lane says that the file
 * is to go on as it is: it gets another identity in the same transaction, so that to its peers all
 * its numbers are new. What it had sent before may be applied a second time then, which is why a
 * person says so; of the dead each asks for a person's word of its own: they are {@link
 * Reason#FORGOTTEN}, but those that were never sent. Other lanes that were stopped for it stay so,
 * and need no further identity.
 */
public final class Rollback {
  private static final String ACTOR = "meshkit: error.store.rollback";
  private static final System.Logger LOG = System.getLogger(Rollback.class.getName());

  private Rollback() {}

  /** Who stops a lane for it, and why; {@code store} is what the file goes by. */
  public static Audit by(Bytes store, String why) {
    return new Audit(actor(store), why);
  }

  private static String actor(Bytes store) {
    return ACTOR + " of " + store.hex();
  }

  /** Whether a lane that this one has paused was stopped for it. */
  public static boolean isBehind(String pausedBy) {
    return pausedBy.startsWith(ACTOR);
  }

  /** A lane is about to be resumed, perhaps after another in the same transaction. */
  static void resumes(StoreTx tx, Ground ground, LaneState lane) {
    var by = LaneTable.pausedBy(tx, lane.lid());
    if (!isBehind(by) || !by.equals(actor(tx.uuid()))) return;
    tx.renew();
    DeadTable.forget(tx, ground);
    tx.afterCommit(
        () ->
            LOG.log(
                Level.WARNING,
                "mesh.db goes by another identity, {0}: what it had sent may be applied again",
                ground.store().uuid().hex()));
  }

  /** What a lane waits for. */
  public static MeshError error(String why) {
    return MeshError.of(
            "error.store.rollback",
            "sending messages",
            "mesh.db has gone back in time: " + why,
            "put the newer file back if there is one; else meshkit queue resume, after meshkit"
                + " explain MK-STO-012",
            MeshError.Retry.NEVER)
        .with("mk", "MK-STO-012");
  }
}
