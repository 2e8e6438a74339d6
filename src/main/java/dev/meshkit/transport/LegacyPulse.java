package dev.meshkit.transport;

/**
 * Decides whether the peer of a legacy connection is still there: one that is silent is asked for a
 * sign of life, and one that says or takes nothing for too long is given up. Reads no clock: time
 * is counted in turns of a second, so a process that was stopped does not blame its peers.
 */
final class LegacyPulse {
  /** Turns of silence before the peer is asked. */
  static final int ASK = 5;

  /** Turns of silence, or of a write that does not go on, before the peer is given up. */
  static final int DEAD = 15;

  /** What to do after a turn. */
  enum Step {
    NOTHING,
    ASK,
    /** Nothing came. */
    SILENT,
    /** Nothing was taken of what we have to say. */
    STUCK
  }

  private long heard;
  private long taken;
  private int silentTurns;
  private int stuckTurns;

  /**
   * One turn later.
   *
   * @param heardNow frames that have come, in all
   * @param takenNow pieces that the peer has taken, in all
   * @param writing whether a piece is being written
   */
  Step turn(long heardNow, long takenNow, boolean writing) {
    silentTurns = heardNow == heard ? silentTurns + 1 : 0;
    stuckTurns = writing && takenNow == taken ? stuckTurns + 1 : 0;
    heard = heardNow;
    taken = takenNow;
    if (stuckTurns >= DEAD) return Step.STUCK;
    if (silentTurns >= DEAD) return Step.SILENT;
    return silentTurns >= ASK ? Step.ASK : Step.NOTHING;
  }
}
