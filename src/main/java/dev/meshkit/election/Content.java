package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
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
 * @param gates at most 256, by change, none twice
 * @param applied the ids of the latest commands, the oldest first, at most 64
 * @param hash SHA-256 of the rest; {@link #of} and whatever changes a content compute it
 */
public record Content(
    int generation,
    Bytes genesis,
    Duration maxPromise,
    int rhoPpm,
    List<Seat> voters,
    List<Gate> gates,
    List<Bytes> applied,
    Bytes hash) {
  /** The most voters of a scope. */
  public static final int MAX_VOTERS = 9;

  /** The most gates of a scope. */
  public static final int MAX_GATES = 256;

  /** The most commands remembered: a retry later than so many lands again. */
  public static final int MAX_APPLIED = 64;

  /** The drift every profile assumes: 10 %. */
  public static final int RHO_PPM = 100_000;

  /** Checks the limits and that the lists are in order. */
  public Content {
    voters = List.copyOf(voters);
    gates = List.copyOf(gates);
    applied = List.copyOf(applied);
    if (generation < 1) throw new IllegalArgumentException("a generation is 1 or more");
    if (genesis.size() > 32) throw new IllegalArgumentException("a genesis id has ≤ 32 bytes");
    if (!maxPromise.isPositive() || maxPromise.compareTo(Duration.ofMinutes(1)) > 0)
      throw new IllegalArgumentException("want 0 < maxPromise <= 1 min, not " + maxPromise);
    if (rhoPpm < 0 || rhoPpm > 500_000)
      throw new IllegalArgumentException("want 0 <= rho <= 500000 ppm, not " + rhoPpm);
    if (voters.isEmpty() || voters.size() > MAX_VOTERS)
      throw new IllegalArgumentException("want 1 to 9 voters, not " + voters.size());
    if (gates.size() > MAX_GATES)
      throw new IllegalArgumentException("want at most 256 gates, not " + gates.size());
    checkApplied(applied);
    for (var i = 1; i < voters.size(); i++)
      if (voters.get(i - 1).node().compareTo(voters.get(i).node()) >= 0)
        throw new IllegalArgumentException("voters are sorted by node, each once");
    for (var i = 1; i < gates.size(); i++)
      if (gates.get(i - 1).compareTo(gates.get(i)) >= 0)
        throw new IllegalArgumentException("gates are sorted by change, each once");
  }

  /** Content with its hash, as a scope begins. */
  public static Content of(
      int generation, Bytes genesis, Duration maxPromise, int rhoPpm, List<Seat> voters) {
    var sorted = voters.stream().sorted((a, b) -> a.node().compareTo(b.node())).toList();
    return new Content(
            generation, genesis, maxPromise, rhoPpm, sorted, List.of(), List.of(), Bytes.EMPTY)
        .hashed();
  }

  /** This content with other gates and applied commands. */
  public Content with(List<Gate> others, List<Bytes> commands) {
    var sorted = others.stream().sorted().toList();
    return new Content(
            generation, genesis, maxPromise, rhoPpm, voters, sorted, commands, Bytes.EMPTY)
        .hashed();
  }

  Content gated(List<Gate> others) {
    return with(others, applied);
  }

  Content seated(List<Seat> others) {
    return of(generation, genesis, maxPromise, rhoPpm, others).with(gates, applied);
  }

  /** With one more command applied; the oldest is forgotten beyond the limit. */
  Content applying(Bytes command) {
    var more = new ArrayList<>(applied);
    more.add(command);
    if (more.size() > MAX_APPLIED) more.removeFirst();
    return with(gates, more);
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

  /** Whether {@code node} votes here, by whatever store. */
  boolean seats(NodeId node) {
    for (var voter : voters) if (voter.node().equals(node)) return true;
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

  /**
   * How many come before {@code self} in that order; of one that is not in it, all do. Asked at
   * every heartbeat, so it sorts nothing.
   */
  int placeWithout(NodeId lapsed, NodeId self) {
    if (self.equals(lapsed) || !seats(self)) return othersThan(lapsed);
    var mine = voters.getFirst();
    for (var voter : voters) if (voter.node().equals(self)) mine = voter;
    var before = 0;
    for (var voter : voters)
      if (!voter.node().equals(lapsed) && Seat.ORDER.compare(voter, mine) < 0) before++;
    return before;
  }

  private int othersThan(NodeId lapsed) {
    return seats(lapsed) ? voters.size() - 1 : voters.size();
  }

  private Content hashed() {
    var bytes = ContentBytes.of(this).sha256();
    return new Content(generation, genesis, maxPromise, rhoPpm, voters, gates, applied, bytes);
  }

  private static void checkApplied(List<Bytes> applied) {
    if (applied.size() > MAX_APPLIED)
      throw new IllegalArgumentException("want at most 64 applied, not " + applied.size());
    for (var id : applied)
      if (id.isEmpty() || id.size() > Command.MAX_ID)
        throw new IllegalArgumentException("a command's id has 1 to 32 bytes, not " + id.size());
  }
}
