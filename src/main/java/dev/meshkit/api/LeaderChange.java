package dev.meshkit.api;

/**
 * One change of who leads a scope, as a node saw it.
 *
 * @param sequence 1, 2, 3, … without a gap, for each scope and run of a node
 * @param now who has led since
 */
public record LeaderChange(long sequence, ScopeLeader now) {}
