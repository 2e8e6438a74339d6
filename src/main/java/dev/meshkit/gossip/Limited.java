package dev.meshkit.gossip;

/**
 * How often a node was at one of its {@link Limits} since it began.
 *
 * @param members news that was not kept: of too many unknown nodes, or of the long dead
 * @param frames news that found no more room in a frame
 * @param urgent news that could not be passed on at once
 * @param errands pings for others that were given up for later ones
 * @param syncs messages with a part of the table
 */
public record Limited(long members, long frames, long urgent, long errands, long syncs) {}
