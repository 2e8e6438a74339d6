package dev.meshkit.election;

/**
 * One process on one store. Each start counts {@code boot} up, durably, before the first frame; two
 * processes that count the same draw different nonces.
 *
 * @param boot how often the store was opened, from 1; 0: not said
 * @param nonce 64 random bits of this process
 */
public record Life(long boot, long nonce) {
  /** Of a sender that says nothing of its process: peers cannot judge it. */
  public static final Life UNSAID = new Life(0, 0);

  /** Checks the range. */
  public Life {
    if (boot < 0) throw new IllegalArgumentException("a store is opened 0 or more times");
  }

  boolean isSaid() {
    return boot > 0;
  }
}
