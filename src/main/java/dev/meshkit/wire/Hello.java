package dev.meshkit.wire;

import dev.meshkit.api.NodeId;

/**
 * What two nodes say of themselves at the start of each duplex call, both ways.
 *
 * @param cluster the cluster's id
 * @param node who speaks; must be its certificate's node
 * @param generation of its process
 * @param wireMin the oldest wire version it speaks
 * @param wireMax the newest
 * @param features a set of bits; unknown ones are ignored
 */
public record Hello(
    String cluster, NodeId node, long generation, int wireMin, int wireMax, long features) {}
