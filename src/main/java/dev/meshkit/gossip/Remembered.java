package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Instant;

/**
 * A peer as the disk keeps it, so that a mesh whose seeds are gone still heals.
 *
 * @param id who
 * @param at where it last said it is
 * @param key the newest heard of it
 * @param wallSeen when it was last seen alive, by the wall clock
 */
public record Remembered(NodeId id, Endpoint at, Key key, Instant wallSeen) {}
