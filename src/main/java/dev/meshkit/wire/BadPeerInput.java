package dev.meshkit.wire;

/**
 * A peer broke a limit or a form; carried from where it is found to its codec's edge, no further.
 */
final class BadPeerInput extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  BadPeerInput(String why) {
    super(why, null, false, false); // hostile input must not buy stack traces
    this.why = why;
  }

  /** What was broken. */
  String why() {
    return why;
  }

  /** Refuses unless the rule holds. */
  static void unless(boolean rule, String why) throws BadPeerInput {
    if (!rule) throw new BadPeerInput(why);
  }
}
