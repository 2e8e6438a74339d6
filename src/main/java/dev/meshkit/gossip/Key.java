package dev.meshkit.gossip;

/**
 * The version of what is said of a node: compared lexicographically, numbers unsigned.
 *
 * @param generation of the life spoken of
 * @param incarnation of the life spoken of
 * @param rank what is said of that life
 */
public record Key(long generation, int incarnation, Rank rank) implements Comparable<Key> {
  /** {@code rank} of a life. */
  public static Key of(Life life, Rank rank) {
    return new Key(life.generation(), life.incarnation(), rank);
  }

  /** The life spoken of. */
  public Life life() {
    return new Life(generation, incarnation);
  }

  /** Something else said of the same life. */
  public Key ranked(Rank other) {
    return new Key(generation, incarnation, other);
  }

  @Override
  public int compareTo(Key other) {
    var byGeneration = Long.compareUnsigned(generation, other.generation);
    if (byGeneration != 0) return byGeneration;
    var byIncarnation = Integer.compareUnsigned(incarnation, other.incarnation);
    return byIncarnation != 0 ? byIncarnation : rank.compareTo(other.rank);
  }

  @Override
  public String toString() {
    return life() + " " + rank;
  }
}
