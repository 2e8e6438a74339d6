package dev.meshkit.store;

/** What a store can do now. */
public enum StoreState {
  /** Everything. */
  OK,
  /** Its disk is full: it ends work and records, and adds none until there is room again. */
  DEGRADED_FULL,
  /** Nothing: an I/O error or damage ended it, and the node stops. */
  FAILED
}
