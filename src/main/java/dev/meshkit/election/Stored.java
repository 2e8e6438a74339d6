package dev.meshkit.election;

/**
 * What a process begins with.
 *
 * @param durable the state
 * @param peers what others had shown, as far as it was written
 * @param fresh whether the state was created in this boot: only then is there nothing to be quiet
 *     about
 */
public record Stored(Durable durable, Peers peers, boolean fresh) {}
