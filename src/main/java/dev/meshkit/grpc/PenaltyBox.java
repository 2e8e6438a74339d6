package dev.meshkit.grpc;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/**
 * Addresses that flooded us and may not dial for a while: twice as long each time, ten minutes at
 * most. It remembers 4,096 addresses, and an address for ten minutes after its time. Confined to
 * one thread.
 */
final class PenaltyBox {
  private static final int MOST = 4_096;
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final InstantSource monotonic;
  private final Duration first;
  private final LinkedHashMap<InetAddress, Term> terms = new LinkedHashMap<>();

  private record Term(Duration length, Instant end) {}

  PenaltyBox(InstantSource monotonic, Duration first) {
    this.monotonic = monotonic;
    this.first = first;
  }

  /** An address has flooded us. */
  void punish(InetAddress address) {
    var now = monotonic.instant();
    var before = terms.remove(address);
    var length = before == null || isForgotten(before, now) ? first : longer(before.length());
    terms.putLast(address, new Term(length, now.plus(length)));
    if (terms.size() > MOST) terms.pollFirstEntry();
  }

  private static Duration longer(Duration length) {
    var twice = length.multipliedBy(2);
    return twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
  }

  private static boolean isForgotten(Term term, Instant now) {
    return now.isAfter(term.end().plus(LONGEST));
  }

  /** Whether it may not dial now. */
  boolean isBarred(InetAddress address) {
    var term = terms.get(address);
    if (term == null) return false;
    var now = monotonic.instant();
    if (isForgotten(term, now)) terms.remove(address);
    return now.isBefore(term.end());
  }
}
