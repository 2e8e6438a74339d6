package dev.meshkit.sim;

/**
 * Digests of 128 bits of the states that were seen: open addressing, sixteen bytes a state and some
 * room. Two of 10⁸ states share a digest with a chance of 10⁻²². Safe for several threads.
 */
final class Visited {
  private static final int STRIPES = 256;

  private final Stripe[] stripes = new Stripe[STRIPES];

  Visited() {
    for (var i = 0; i < STRIPES; i++) stripes[i] = new Stripe();
  }

  /** Adds a state; false if it was there. */
  boolean add(int[] words) {
    var high = 0x9e3779b97f4a7c15L;
    var low = 0xc2b2ae3d27d4eb4fL;
    for (var word : words) {
      high = Chance.splitmix64(high ^ word);
      low = (low ^ word) * 0x100000001b3L + (high >>> 32);
    }
    low = Chance.splitmix64(low);
    return stripes[(int) (high >>> 56)].add(high == 0 ? 1 : high, low);
  }

  /** How many there are. */
  long size() {
    var sum = 0L;
    for (var stripe : stripes) sum += stripe.size();
    return sum;
  }

  private static final class Stripe {
    private long[] slots = new long[1 << 6]; // guarded by this
    private int size; // guarded by this

    synchronized int size() {
      return size;
    }

    synchronized boolean add(long high, long low) {
      if (size * 3 > slots.length) grow(); // a third of the pairs stays free
      return put(high, low);
    }

    private boolean put(long high, long low) {
      var mask = slots.length - 2;
      var at = (int) (low << 1) & mask;
      while (slots[at] != 0) {
        if (slots[at] == high && slots[at + 1] == low) return false;
        at = (at + 2) & mask;
      }
      slots[at] = high;
      slots[at + 1] = low;
      size++;
      return true;
    }

    private void grow() {
      var old = slots;
      slots = new long[old.length * 2];
      size = 0;
      for (var i = 0; i < old.length; i += 2) if (old[i] != 0) put(old[i], old[i + 1]);
    }
  }
}
