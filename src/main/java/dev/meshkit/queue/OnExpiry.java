package dev.meshkit.queue;

/** What becomes of a task whose time to live is over. */
public enum OnExpiry {
  /** To the dead, reason EXPIRED. */
  POISON,
  /** Dropped, and counted. */
  DROP
}
