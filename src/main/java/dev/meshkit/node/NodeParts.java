package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.link.Outbound;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Loops;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What a running node is made of.
 *
 * @param self this node
 * @param advertised where peers reach it
 * @param http where health and metrics are, empty if they are off
 * @param clocks the node's clocks
 * @param life where it is between start and stop
 * @param store its database, as the application sees it
 * @param gossip who is in the mesh
 * @param elections the scopes it votes in
 * @param outbound the way out of messages
 * @param changes what may be another while it runs
 * @param loops all that runs as long as it does
 */
record NodeParts(
    NodeId self,
    Endpoint advertised,
    Supplier<String> http,
    Clocks clocks,
    Life life,
    LocalStore store,
    GossipLoop gossip,
    SortedMap<Scope, ScopeElection> elections,
    Outbound outbound,
    NodeStart.Made.Changes changes,
    List<Loops.Loop> loops) {}
