package dev.meshkit.sim;

import java.nio.charset.StandardCharsets;

/**
 * All chance of a run, from one seed: the k-th draw for a (concern, key) depends on nothing else.
 *
 * <p>So taking away one fault, node or link leaves every other draw as it was, which is what lets a
 * failing schedule be edited by hand and still fail (V2).
 *
 * @param seed what the whole run follows from
 */
record Chance(long seed) {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** A stream of draws of its own, from its beginning. */
  Draws of(String concern, String key) {
    return new Draws(base(concern, key));
  }

  /** The k-th draw for a concern and key. */
  long draw(String concern, String key, long k) {
    return splitmix64(base(concern, key) + k);
  }

  private long base(String concern, String key) {
    return splitmix64(seed ^ hash(concern + "/" + key));
  }

  /** The output of SplitMix64 from one state; adds the golden gamma first. */
  static long splitmix64(long state) {
    var z = state + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** H of gossip.md §3: FNV-1a, then a finisher; written out here so that no mutant can move it. */
  static long hash(String text) {
    var x = 0xcbf29ce484222325L;
    for (var b : text.getBytes(StandardCharsets.UTF_8)) x = (x ^ (b & 0xff)) * 0x100000001b3L;
    x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
    x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return x ^ (x >>> 33);
  }
}
