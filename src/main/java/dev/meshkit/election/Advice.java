package dev.meshkit.election;

import dev.meshkit.api.NodeId;

/** What {@link Autopilot} would do next: one thing at most. */
public sealed interface Advice {
  /**
   * Nothing, for now.
   *
   * @param why for people
   */
  record Wait(String why) implements Advice {}

  /**
   * Change who votes, by one voter.
   *
   * @param change an {@link Change.AddVoter} or a {@link Change.RemoveVoter}
   * @param why for the record's audit
   */
  record Alter(Change change, String why) implements Advice {}

  /**
   * Let another lead, who will then take this node's seat: a leader never does that itself.
   *
   * @param to a voter that is well and may stay
   * @param why for people
   */
  record HandOver(NodeId to, String why) implements Advice {}
}
