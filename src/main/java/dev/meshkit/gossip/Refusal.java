package dev.meshkit.gossip;

/** Why a greeting is refused. */
public enum Refusal {
  /** The endpoint that the joiner names does not lead to it. */
  UNREACHABLE,
  /** The joiner's certificate was revoked. */
  REVOKED,
  /** The joiner's generation is more than a day ahead of this node's clock. */
  FUTURE
}
