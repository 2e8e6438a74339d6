package dev.meshkit.election;

/** Why an election core ended. */
public enum HaltCause {
  /** It was asked to stop, and did in order. */
  STOPPED,
  /** The store failed: fail-stop. */
  STORE_FAILED,
  /** Another node leads this node's own term: a store was copied, or there is a bug. */
  SPLIT
}
