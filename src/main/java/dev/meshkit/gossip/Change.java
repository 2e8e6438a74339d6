package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.List;

/**
 * Something of a node changed, as this observer sees it.
 *
 * @param kind what
 * @param node of whom
 * @param life which life
 * @param from its standing before
 * @param to its standing after
 * @param by who said so: the accusers, or nobody in particular
 * @param cause in words
 */
public record Change(
    Kind kind, NodeId node, Life life, Standing from, Standing to, List<NodeId> by, String cause) {
  /** The cause of who LEFT because the cluster revoked it. */
  public static final String REVOKED = "REVOKED";

  /** Copies the list. */
  public Change {
    by = List.copyOf(by);
  }

  /** Well formed per subject: Joined (Suspected Refuted?)* (Died or Left) Rejoined … */
  public enum Kind {
    /** Seen for the first time. */
    JOINED,
    /** Accused of silence. */
    SUSPECTED,
    /** The accusation was refuted. */
    REFUTED,
    /** Nobody refuted in time. */
    DIED,
    /** Said goodbye. */
    LEFT,
    /** Alive again after it died or left. */
    REJOINED,
    /** A new generation of a member that was never seen to go. */
    RESTARTED,
    /** A greeting was refused, here or there. */
    REFUSED,
    /** Another process runs under this node's name. */
    CLONED
  }
}
