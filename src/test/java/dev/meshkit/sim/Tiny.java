package dev.meshkit.sim;

import dev.meshkit.gossip.Limits;

/** The limits of a run: in every third seed they are next to nothing, so that each is met (V14). */
final class Tiny {
  /** What waits for a process that stands still. */
  static final int MAILBOX = 2;

  /** Changes that wait at a leader. */
  static final int WAITING = 2;

  /** Others that a node knows. */
  static final int MEMBERS = 20;

  /** A frame of 1 KiB; an entry or two aside, and in a sync; few urgent, one errand. */
  static final Limits GOSSIP = new Limits(MEMBERS, 1 << 10, 200, 3, 1, 300);

  private static final int USUAL_MAILBOX = 1_000;
  private static final int USUAL_WAITING = 64;

  private Tiny() {}

  /** Whether a seed's run is one of them. */
  static boolean is(long seed) {
    return seed % 3 == 0;
  }

  /** Of what waits for a process that stands still. */
  static int mailbox(long seed) {
    return is(seed) ? MAILBOX : USUAL_MAILBOX;
  }

  /** Of changes that wait at a leader. */
  static int waiting(long seed) {
    return is(seed) ? WAITING : USUAL_WAITING;
  }

  /** Of gossip. */
  static Limits gossip(long seed) {
    return is(seed) ? GOSSIP : Limits.USUAL;
  }
}
