package dev.meshkit.election;

/** Why a tenure ended. */
public enum Cause {
  /** Too few voters renewed their promises. */
  LAPSE,
  /** Somebody is in a later term. */
  HIGHER_TERM,
  /** The disk did not keep up, or failed. */
  DISK,
  /** The clock cannot be trusted. */
  CLOCK,
  /** Handed over. */
  TRANSFER,
  /** Given up on request. */
  STEP_DOWN,
  /** The node stops. */
  SHUTDOWN
}
