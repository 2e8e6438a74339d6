package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;

/** Something that the host of an election sets itself for later. */
sealed interface Soon {
  /** A race has lasted long enough. */
  record Deadline(long round) implements Soon {}

  /** A race is decided. */
  record Count(Ballot ballot) implements Soon {}

  /** This node begins or ceases to lead its region. */
  record Favour(boolean is) implements Soon {}

  /** A leader that hands over has finished what it was doing. */
  record Drained(Fence fence, NodeId to) implements Soon {}

  /** A leader begins something by its authority. */
  record Act(long nanos) implements Soon {}

  /** It ends that. */
  record Write(Fence fence, long value) implements Soon {}
}
