package dev.meshkit.sim;

/**
 * Something that can happen next in an exploration.
 *
 * @param kind what
 * @param at to which node
 * @param which the frame's number, or how many changes are left
 * @param odd the rarer way
 * @param late whether a persist that it begins is still under way after it
 */
record Move(Kind kind, int at, int which, boolean odd, boolean late) {
  /** Kinds of moves; the first six are steps of one node. */
  enum Kind {
    /** The next frame comes; odd: and will come again. */
    DELIVER,
    /** What is due at a node is done. */
    TICK,
    /** A persist ends; odd: in failure. */
    STORED,
    /** A process dies; odd: what it was writing stays. */
    CRASH,
    /** It comes back. */
    RESTART,
    /** Somebody wants a change of the record. */
    COMMAND,
    /** The next frame is late: others overtake it; if it never comes, it was lost. */
    DELAY,
    /** A frame that was late, or comes again, comes. */
    COME,
    /** A node's frames are lost from here on; odd: no more. */
    MUTE,
    /** Frames to a node are lost from here on; odd: no more. */
    DEAF,
    /** A node does nothing by itself from here on; odd: it does again. */
    SLEEP,
    /** Time passes until something more is due. */
    WAIT
  }

  private static final Kind[] KINDS = Kind.values();

  static Move of(Kind kind, int at, int which) {
    return new Move(kind, at, which, false, false);
  }

  Move oddly() {
    return new Move(kind, at, which, true, late);
  }

  Move lately() {
    return new Move(kind, at, which, odd, true);
  }

  /** 28 bits. */
  int packed() {
    return which << 8 | at << 6 | kind.ordinal() << 2 | (odd ? 2 : 0) | (late ? 1 : 0);
  }

  static Move unpacked(int bits) {
    var kind = KINDS[bits >>> 2 & 15];
    return new Move(kind, bits >>> 6 & 3, bits >>> 8, (bits & 2) != 0, (bits & 1) != 0);
  }
}
