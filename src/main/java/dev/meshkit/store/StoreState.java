package dev.meshkit.store;

/** What a store can do now. */
public enum StoreState {
  /** Everything. */
  OK,
  /** Its disk is full: it ends work and records, and adds none until there is room again. */
  DEGRADED_FULL,
  /** Nothing but reads: its disk has become read-only, until it may be written again. */
  READ_ONLY,
  /** Nothing: an I/O error or damage ended it, and the node stops. */
  FAILED
}
