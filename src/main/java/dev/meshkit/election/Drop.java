package dev.meshkit.election;

/** Why a frame changed nothing. */
public enum Drop {
  /** It is of another incarnation of the scope. */
  GENERATION,
  /** It is of another birth of the scope, or of voters configured differently. */
  GENESIS,
  /** A term, a version or a generation in it is absurdly far ahead. */
  WILD_TERM,
  /** Its sender votes for nothing here. */
  NOT_MEMBER,
  /** Its record breaks a rule. */
  INVALID_RECORD,
  /** Its sender's store went back in time, or runs twice; or it is late, of an earlier process. */
  QUARANTINED
}
