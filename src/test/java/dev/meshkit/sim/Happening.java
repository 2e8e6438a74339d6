package dev.meshkit.sim;

/** What an event of the engine brings to a node; each ends in at most one step of one core. */
sealed interface Happening {
  /** A frame arrives. */
  record Arrival(Link link, String core, Object frame) implements Happening {}

  /** The oldest pending commit of a core's disk completed. */
  record Durable(String core) implements Happening {}

  /** A core may be due; {@code at} tells the event that counts from one that was superseded. */
  record Due(String core, long at) implements Happening {}

  /** Something a host has set for itself. */
  record Timer(String core, Object what) implements Happening {}
}
