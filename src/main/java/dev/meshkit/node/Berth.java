package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Life;
import dev.meshkit.election.Profile;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;

/**
 * A node's place in a scope, whether or not the scope has begun there.
 *
 * @param scope which
 * @param self this node
 * @param store the store that votes
 * @param profile the timing
 * @param life this process
 */
record Berth(Scope scope, NodeId self, Bytes store, Profile profile, Life life) {
  /** The place that these options describe. */
  static Berth of(ElectionOptions options) {
    return new Berth(
        options.scope(), options.self(), options.store(), options.profile(), options.life());
  }

  /** Of a scope that begins with {@code first}, or has begun so. */
  ElectionOptions beginning(ScopeRecord first) {
    return new ElectionOptions(scope, self, store, first, profile).lived(life);
  }

  /** This node as a voter. */
  Seat seat() {
    return new Seat(self, store, Seat.DEFAULT_RANK);
  }
}
