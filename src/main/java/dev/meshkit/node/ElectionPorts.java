package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Input;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Store;
import java.util.random.RandomGenerator;

/**
 * All that the elections of a node touch.
 *
 * @param store {@code election.db}
 * @param peers the way to the voters
 * @param gossip who hears of tenures
 * @param events the node's history
 * @param meters the node's meters
 * @param clocks the node's clocks; promises are kept on the monotonic one
 * @param chance where jitter comes from
 * @param commits who hears of committed records
 * @param disk which scopes write to {@code store}
 */
record ElectionPorts(
    Store store,
    Peers peers,
    Mailbox<Input> gossip,
    NodeEvent.Sink events,
    Meters meters,
    Clocks clocks,
    RandomGenerator chance,
    Commits commits,
    SharedDisk disk) {
  /** Who hears of committed records. */
  @FunctionalInterface
  interface Commits {
    /** A record is known to be committed, durably. Never blocks for long. */
    void committed(Scope scope, ScopeRecord view);
  }

  /** The way to the voters: {@code link.Links.send} with the family ELECT. */
  @FunctionalInterface
  interface Peers {
    /** Queues a frame; a waiting one of the same key is replaced. False: no live link. */
    boolean send(NodeId to, String key, Bytes frame);
  }
}
