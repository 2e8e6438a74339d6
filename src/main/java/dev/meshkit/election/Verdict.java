package dev.meshkit.election;

import dev.meshkit.api.NodeId;

/** What became of a {@link Command}. */
public sealed interface Verdict {
  /**
   * It is committed, now or by an earlier try: every later view has it, until changed again.
   *
   * @param version of a committed record that has it
   */
  record Applied(long version) implements Verdict {}

  /**
   * The record is at another version than expected; nothing changed.
   *
   * @param version which
   */
  record Conflict(long version) implements Verdict {}

  /**
   * It would break a rule; nothing changed.
   *
   * @param reason for people
   */
  record Refused(String reason) implements Verdict {}

  /**
   * This node does not lead, or no longer; nothing changed by this try.
   *
   * @param hint who may, or {@link NodeId#NOBODY}
   */
  record NotLeader(NodeId hint) implements Verdict {}

  /**
   * Leadership was lost before a quorum held it. It will be kept everywhere or nowhere; the same
   * command sent to the next leader finds out.
   */
  record Indeterminate() implements Verdict {}
}
