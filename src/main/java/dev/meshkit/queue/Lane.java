package dev.meshkit.queue;

/**
 * A domain of order and numbering within a queue.
 *
 * @param key whom it is for, 1–200 characters: a peer's id, a tenant
 * @param cls the class of its traffic
 */
public record Lane(String key, TrafficClass cls) implements Comparable<Lane> {
  /** Checks the key. */
  public Lane {
    if (key.isEmpty() || key.length() > 200) {
      throw new IllegalArgumentException("a lane key has 1 to 200 characters: '" + key + "'");
    }
    var _ = WellFormed.text("a lane key", key);
  }

  /** The bulk lane of a key. */
  public static Lane of(String key) {
    return new Lane(key, TrafficClass.BULK);
  }

  @Override
  public int compareTo(Lane other) {
    var byClass = cls.compareTo(other.cls);
    return byClass != 0 ? byClass : key.compareTo(other.key);
  }

  /** {@code key/class}. */
  @Override
  public String toString() {
    return key + "/" + cls.text();
  }
}
