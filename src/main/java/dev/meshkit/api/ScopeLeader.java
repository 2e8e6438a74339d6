package dev.meshkit.api;

import java.util.Optional;

/**
 * Who leads a scope, as far as this node knows.
 *
 * @param scope what is led
 * @param leader who, or {@link NodeId#NOBODY}
 * @param fence the tenure's fence, if somebody leads
 */
public record ScopeLeader(Scope scope, NodeId leader, Optional<Fence> fence) {}
