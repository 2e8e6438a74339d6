package dev.meshkit.gate;

import java.util.Comparator;

/**
 * Which scope record an entry came with: only grows within a scope.
 *
 * @param generation compared first
 * @param term then this
 * @param version then this
 */
public record RecordId(int generation, long term, long version) implements Comparable<RecordId> {
  /** Older than any. */
  public static final RecordId NONE = new RecordId(0, 0, 0);

  private static final Comparator<RecordId> ORDER =
      Comparator.comparingInt(RecordId::generation)
          .thenComparingLong(RecordId::term)
          .thenComparingLong(RecordId::version);

  @Override
  public int compareTo(RecordId other) {
    return ORDER.compare(this, other);
  }

  /** {@code generation/term.version}, as operators see it. */
  @Override
  public String toString() {
    return generation + "/" + term + "." + version;
  }
}
