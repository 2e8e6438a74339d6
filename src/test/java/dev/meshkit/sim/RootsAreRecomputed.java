package dev.meshkit.sim;

import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Told;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * G12. A violation means that a root that is kept step by step is not that of its table: nodes with
 * equal tables would exchange them for ever, or those with different ones never.
 *
 * <p>Sums a table up anew, in the words of the design and not in the core's; so it costs as much as
 * the table is long. Of up to 50 nodes it is told of every change, of more of each sixteenth, and
 * of any at least once a minute, as the gone leave the root by time alone. They do so within a
 * minute after half of what they are kept for, when it is the core's to look; while that minute of
 * one runs, which of the two sums holds is not judged.
 */
final class RootsAreRecomputed implements Oracle {
  private static final Duration HALF_DEAD = Duration.ofHours(12);
  private static final Duration HALF_LEFT = Duration.ofMinutes(30);
  private static final Duration LATE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "G12";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Summed(var node, var root, var held))) return "";
    var sum = 0L;
    for (var told : held) {
      if (isAboutToLeave(told)) return "";
      if (isCounted(told)) sum += hash(told);
    }
    return sum == root ? "" : node + " has the root " + root + ", but " + sum + " of " + held;
  }

  private static boolean isCounted(Told told) {
    return told.entry().key().rank().code() < Rank.DEAD.code()
        || told.age().compareTo(half(told)) < 0;
  }

  private static boolean isAboutToLeave(Told told) {
    return !isCounted(told) && told.age().minus(LATE).compareTo(half(told)) < 0;
  }

  private static Duration half(Told told) {
    return told.entry().key().rank() == Rank.LEFT ? HALF_LEFT : HALF_DEAD;
  }

  /** H(id 00 gen:u64 inc:u32 rank:u8), big-endian: FNV-1a, then the finisher of murmur3. */
  static long hash(Told told) {
    var key = told.entry().key();
    var x = 0xcbf29ce484222325L;
    for (var b : told.id().toString().getBytes(StandardCharsets.UTF_8)) x = one(x, b);
    x = one(x, 0);
    for (var shift = 56; shift >= 0; shift -= 8) x = one(x, (int) (key.generation() >>> shift));
    for (var shift = 24; shift >= 0; shift -= 8) x = one(x, key.incarnation() >>> shift);
    x = one(x, key.rank().code());
    x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
    x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return x ^ (x >>> 33);
  }

  private static long one(long fnv, int octet) {
    return (fnv ^ (octet & 0xff)) * 0x100000001b3L;
  }
}
