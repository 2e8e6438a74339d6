package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;

/** Something an {@link ElectionHost} set itself for later. */
sealed interface ElectionLater {
  /** A race is over, whatever has come by then. */
  record Deadline(long round) implements ElectionLater {}

  /** A race has ended. */
  record Count(Ballot ballot) implements ElectionLater {}

  /** This node begins or ceases to lead its region. */
  record Favour(boolean is) implements ElectionLater {}

  /** What was to be done before a hand-over is done. */
  record Drained(Fence fence, NodeId to) implements ElectionLater {}

  /** It is to begin something by its authority. */
  record Act(long nanos) implements ElectionLater {}

  /** It ends that. */
  record Write(Fence fence, long value) implements ElectionLater {}
}
