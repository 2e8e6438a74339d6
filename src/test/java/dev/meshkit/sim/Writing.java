package dev.meshkit.sim;

import dev.meshkit.election.Input;
import java.time.Instant;

/** A persist under way: which, and since when by the node's monotonic clock. */
record Writing(long k, Instant began) {
  /** It is durable: the other scopes of this node hear of it after {@code nanos}, if they lead. */
  void vouch(SimNode node, String core, long nanos) {
    var answered = new Input.DiskAnswered(began, node.monotonic());
    node.hosts()
        .forEach(
            (other, host) -> {
              if (!other.equals(core) && host.authority().isPresent())
                node.later(nanos, other, answered);
            });
  }
}
