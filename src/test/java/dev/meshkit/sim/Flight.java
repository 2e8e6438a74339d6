package dev.meshkit.sim;

import dev.meshkit.election.Frame;

/**
 * A frame under way in an exploration.
 *
 * @param from the number of who sent it
 * @param to whose it is
 * @param frame what it says
 */
record Flight(int from, int to, Frame frame) {
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
