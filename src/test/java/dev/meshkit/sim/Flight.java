package dev.meshkit.sim;

import dev.meshkit.election.Frame;

/**
 * A frame under way in an exploration.
 *
 * @param from the number of who sent it
 * @param to whose it is
 * @param frame what it says
 */
record Flight(int from, int to, Frame frame) {}
