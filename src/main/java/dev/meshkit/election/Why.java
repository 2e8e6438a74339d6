package dev.meshkit.election;

/** The answer to a candidate. */
public enum Why {
  /** Yes. */
  GRANTED,
  /** The term asked for is not above the voter's. */
  TERM,
  /** The voter is promised to a leader. */
  PROMISE,
  /** The voter restarted and may have promised something it forgot. */
  QUIET,
  /** The candidate's record is older than the voter's. */
  STALE,
  /** The voter gave this term's vote to another. */
  VOTED,
  /** The voter's disk does not keep up. */
  DISK,
  /** The voter asked is none. */
  NOT_MEMBER
}
