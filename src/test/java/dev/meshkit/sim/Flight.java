package dev.meshkit.sim;

import dev.meshkit.election.Frame;

/**
 * A frame under way in an exploration.
 *
 * @param from the number of who sent it
 * @param to whose it is
 * @param frame what it says
 * @param digest 64 bits of the rest
 */
record Flight(int from, int to, Frame frame, long digest) {
  /** A frame that leaves. */
  static Flight of(int from, int to, Frame frame) {
    return new Flight(from, to, frame, Digest.of(from + ">" + to + frame));
  }

  @Override
  public String toString() {
    return "n"
        + (from + 1)
        + " to n"
        + (to + 1)
        + ": term "
        + frame.header().term()
        + " "
        + frame.header().rec()
        + " "
        + frame.message();
  }
}
