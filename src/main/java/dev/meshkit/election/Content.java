package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * What a scope's voters agree on, without the id under which they do. Equal content has equal
 * bytes, hence an equal hash.
 *
 * @param generation incarnation of the scope, from 1
 * @param genesis what tells this birth of the scope from any other, at most 32 bytes
 * @param maxPromise the longest promise a voter gives
 * @param rhoPpm how far a clock's rate may be off, parts per million
 * @param voters at most 9, by node, none twice
 * @param hash SHA-256 of the rest; {@link #of} computes it
 */
public record Content(
    int generation, Bytes genesis, Duration maxPromise, int rhoPpm, List<Seat> voters, Bytes hash) {
  /** The most voters of a scope. */
  public static final int MAX_VOTERS = 9;

  /** The drift every profile assumes: 10 %. */
  public static final int RHO_PPM = 100_000;

  /** Checks the limits and that the voters are in order. */
  public Content {
    voters = List.copyOf(voters);
    if (generation < 1) throw new IllegalArgumentException("a generation is 1 or more");
    if (genesis.size() > 32) throw new IllegalArgumentException("a genesis id has ≤ 32 bytes");
    if (!maxPromise.isPositive() || maxPromise.compareTo(Duration.ofMinutes(1)) > 0)
      throw new IllegalArgumentException("want 0 < maxPromise <= 1 min, not " + maxPromise);
    if (rhoPpm < 0 || rhoPpm > 500_000)
      throw new IllegalArgumentException("want 0 <= rho <= 500000 ppm, not " + rhoPpm);
    if (voters.isEmpty() || voters.size() > MAX_VOTERS)
      throw new IllegalArgumentException("want 1 to 9 voters, not " + voters.size());
    for (var i = 1; i < voters.size(); i++)
      if (voters.get(i - 1).node().compareTo(voters.get(i).node()) >= 0)
        throw new IllegalArgumentException("voters are sorted by node, each once");
  }

  /** Content with its hash. */
  public static Content of(
      int generation, Bytes genesis, Duration maxPromise, int rhoPpm, List<Seat> voters) {
    var sorted = voters.stream().sorted((a, b) -> a.node().compareTo(b.node())).toList();
    var bytes = ContentBytes.of(generation, genesis, maxPromise.toMillis(), rhoPpm, sorted);
    return new Content(generation, genesis, maxPromise, rhoPpm, sorted, bytes.sha256());
  }

  /** floor(V/2) + 1. */
  public int quorum() {
    return voters.size() / 2 + 1;
  }

  /** Whether {@code node} writing on {@code store} votes here. */
  public boolean votes(NodeId node, Bytes store) {
    for (var voter : voters) if (voter.is(node, store)) return true;
    return false;
  }

  /** Whether both are records of one incarnation of one scope. */
  boolean sameBirth(Content other) {
    return generation == other.generation && genesis.equals(other.genesis);
  }

  /** Whether {@code node} is the only voter. */
  boolean isOnly(NodeId node) {
    return voters.size() == 1 && voters.getFirst().node().equals(node);
  }

  /** The voters but one, in the order in which they campaign. */
  List<Seat> orderWithout(NodeId lapsed) {
    return voters.stream().filter(v -> !v.node().equals(lapsed)).sorted(Seat.ORDER).toList();
  }
}
