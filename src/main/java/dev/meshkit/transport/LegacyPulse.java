package dev.meshkit.transport;

/**
 * Decides whether the peer of a legacy connection is still there: one that says or takes nothing
 * for too long is given up. Reads no clock: time is counted in turns of a quarter of a second, so a
 * process that was stopped does not blame its peers.
 *
 * <p>The design's 5 s and 15 s are too long for a peer that froze: it is to be lost within 3.5 s,
 * over whatever road (issue 5). So that no living one is, each side says something when it has been
 * silent itself, without being asked: a question may wait behind all that was sent before it, and
 * where a frame is on its way each piece of it is a sign of life.
 */
final class LegacyPulse {
  /** Turns in which nothing came, or nothing was sent, before something is said. */
  static final int ASK = 6;

  /** Turns of silence before the peer is given up. */
  static final int DEAD = 12;

  /** Turns of a write that does not go on before the peer is given up: 15 s. */
  static final int STUCK = 60;

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
  private int muteTurns;
  private int stuckTurns;

  /**
   * One turn later.
   *
   * @param heardNow pieces that have come, in all
   * @param takenNow pieces that the peer has taken, in all
   * @param writing whether a piece is being written
   */
  Step turn(long heardNow, long takenNow, boolean writing) {
    silentTurns = heardNow == heard ? silentTurns + 1 : 0;
    muteTurns = takenNow == taken ? muteTurns + 1 : 0;
    stuckTurns = writing && takenNow == taken ? stuckTurns + 1 : 0;
    heard = heardNow;
    taken = takenNow;
    if (stuckTurns >= STUCK) return Step.STUCK;
    if (silentTurns >= DEAD) return Step.SILENT;
    var mute = !writing && muteTurns >= ASK; // else it is about to be heard, or stuck
    return mute || silentTurns >= ASK ? Step.ASK : Step.NOTHING;
  }
}
