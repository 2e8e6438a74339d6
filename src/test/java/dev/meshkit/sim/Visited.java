package dev.meshkit.sim;

/** Digests of states, open addressing: eight bytes a state and some room. */
final class Visited {
  private long[] slots = new long[1 << 12];
  private int size;

  /** Adds it; false if it was there. */
  boolean add(long digest) {
    if (size * 2 > slots.length) grow();
    return put(digest == 0 ? 1 : digest);
  }

  /** How many there are. */
  int size() {
    return size;
  }

  private boolean put(long digest) {
    var i = (int) (digest >>> 20) & (slots.length - 1);
    while (slots[i] != 0) {
      if (slots[i] == digest) return false;
      i = (i + 1) & (slots.length - 1);
    }
    slots[i] = digest;
    size++;
    return true;
  }

  private void grow() {
    var old = slots;
    slots = new long[old.length * 2];
    size = 0;
    for (var digest : old) if (digest != 0) put(digest);
  }
}
