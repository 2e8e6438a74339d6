package dev.meshkit.gossip;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Expands the 64 random bits of one step with splitmix64, so that a step is a pure function. */
final class Chance {
  private long state;

  Chance(long seed) {
    state = seed;
  }

  /** 64 more bits. */
  long next() {
    state += 0x9e3779b97f4a7c15L;
    var x = state;
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }

  /** A number in 0 ≤ x &lt; bound; the bias of the remainder is below 2^-32. */
  int below(int bound) {
    return (int) Long.remainderUnsigned(next(), bound);
  }

  /** A number in 0 ≤ x &lt; 1. */
  double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** At most {@code count} different ones, in random order. */
  <T> List<T> some(int count, Collection<T> from) {
    var all = new ArrayList<>(from);
    var wanted = Math.min(count, all.size());
    for (var i = 0; i < wanted; i++) Collections.swap(all, i, i + below(all.size() - i));
    return List.copyOf(all.subList(0, wanted));
  }
}
