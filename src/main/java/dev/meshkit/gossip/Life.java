package dev.meshkit.gossip;

/**
 * One life of a node. Only its subject issues one; a greater life outranks all that was said of
 * lesser ones.
 *
 * @param generation raised by every start of the process; unsigned
 * @param incarnation raised by every refutation within a generation; unsigned
 */
public record Life(long generation, int incarnation) implements Comparable<Life> {
  /** Before any life. */
  public static final Life NONE = new Life(0, 0);

  @Override
  public int compareTo(Life other) {
    var byGeneration = Long.compareUnsigned(generation, other.generation);
    return byGeneration != 0
        ? byGeneration
        : Integer.compareUnsigned(incarnation, other.incarnation);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(generation) + "." + Integer.toUnsignedString(incarnation);
  }
}
