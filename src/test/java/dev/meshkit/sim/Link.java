package dev.meshkit.sim;

/**
 * One direction between two nodes.
 *
 * @param from the sender's number
 * @param to the receiver's number
 */
record Link(int from, int to) implements Comparable<Link> {
  @Override
  public int compareTo(Link other) {
    return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
  }

  @Override
  public String toString() {
    return "n" + (from + 1) + ">n" + (to + 1);
  }
}
