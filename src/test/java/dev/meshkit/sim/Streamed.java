package dev.meshkit.sim;

/**
 * A frame in a stream.
 *
 * @param connection the number of its connection; a later one does not carry it
 * @param life the process it is meant for; no later one hears it
 * @param frame what
 */
record Streamed(int connection, int life, Object frame) {}
