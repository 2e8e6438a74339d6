package dev.meshkit.gossip;

/** What one observer makes of a node: its status, or that it shows none. */
public enum Standing {
  /** Not shown: unknown, or known only from obituaries. */
  ABSENT,
  /** Shown, not accused. */
  ALIVE,
  /** Shown, accused, may still refute. */
  SUSPECT,
  /** Shown, silent past its deadline. */
  DEAD,
  /** Shown, said goodbye. */
  LEFT;

  /** Whether such a node is probed, routed to, and a neighbour. */
  public boolean isUp() {
    return this == ALIVE || this == SUSPECT;
  }
}
