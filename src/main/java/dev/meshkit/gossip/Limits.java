package dev.meshkit.gossip;

/**
 * How much a node keeps, says and does at once. What lies beyond is left for later or left out, and
 * is counted: {@link Limited}.
 *
 * @param members others that are known; news of more unknown ones is not kept
 * @param round news in a frame of its own, bytes; more goes out in the next round
 * @param aside news that rides on a probe, bytes; more goes out in the next round
 * @param urgent news passed on to all neighbours at once, a second; more goes out in the next round
 * @param errands pings for others that may be under way; the oldest gives way
 * @param sync members in one sync message, bytes; of a larger table a random part is sent
 */
public record Limits(int members, int round, int aside, int urgent, int errands, int sync) {
  /** The most members a mesh may have. */
  public static final int MAX_MEMBERS = 10_000;

  /** Of every node; a sync message has 1 MiB, of which claims and heads take the rest. */
  public static final Limits USUAL = new Limits(MAX_MEMBERS, 4 << 10, 1 << 10, 50, 64, 850_000);

  /** Checks that something may be kept, said and done. */
  public Limits {
    if (members < 1 || members > MAX_MEMBERS)
      throw new IllegalArgumentException("want 1 to 10000 members, not " + members);
    if (round < 1 || aside < 0 || urgent < 1 || errands < 1 || sync < 1)
      throw new IllegalArgumentException("want round, urgent, errands, sync > 0 and aside >= 0");
  }
}
