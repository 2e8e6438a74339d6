package dev.meshkit.link;

import dev.meshkit.api.NodeId;

/**
 * Why a peer will never come.
 *
 * @param why who says so, and why
 * @param fix what brings back what died of it
 */
public record Gone(String why, String fix) {
  /** By a line of {@code deny.list}, or by the cluster. */
  public static Gone revoked(String why) {
    return new Gone(
        "it is revoked here: " + why,
        "if it is to have them, take it off deny.list, or the revocations of global, and redrive"
            + " them; else purge them");
  }

  /** By the word of an operator of this node; {@code said} is whose, when, and why. */
  public static Gone forgotten(NodeId peer, String said) {
    return new Gone(
        "it is " + said,
        "if it is to have them, start it, or meshkit forget "
            + peer
            + " --undo, and redrive them; else purge them");
  }
}
