package dev.meshkit.link;

/**
 * What decides which of two streams with a peer stays.
 *
 * @param ours whether we opened it
 * @param generation of the peer's process
 */
record Standing(boolean ours, long generation) {
  /**
   * Whether this stream, which comes later, takes the place of the live one: a later process of the
   * peer beats an earlier; of one opener the later stream stays, since it saw the earlier one end;
   * else the smaller node's.
   *
   * @param live the stream that is there
   * @param smaller whether our id is the smaller of the two
   */
  boolean beats(Standing live, boolean smaller) {
    if (generation != live.generation) return generation > live.generation;
    return ours == live.ours || ours == smaller;
  }
}
