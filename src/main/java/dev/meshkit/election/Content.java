package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 * @param revocations at most 512, by key and node, none twice
 * @param regions at most 256, by name, none twice; of {@code global} only
 * @param audit the latest changes, the oldest first, at most 16
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
    List<Revocation> revocations,
    List<Region> regions,
    List<Audit> audit,
    List<Bytes> applied,
    Bytes hash) {
  /** The most voters of a scope. */
  public static final int MAX_VOTERS = 9;

  /** The most gates of a scope. */
  public static final int MAX_GATES = 256;

  /** The most revocations of a scope. */
  public static final int MAX_REVOCATIONS = 512;

  /** The most regions of a cluster. */
  public static final int MAX_REGIONS = 256;

  /** The most changes whose authors are kept. */
  public static final int MAX_AUDIT = 16;

  /** The most bytes of a content: with its id a record has at most 64 KiB. */
  public static final int MAX_BYTES = 65_536 - 32;

  /** How long a revocation stays after what it revokes has ended: clocks may be a day off. */
  static final Duration REVOKED_STAYS = Duration.ofHours(24);

  /** The most commands remembered: a retry later than so many lands again. */
  public static final int MAX_APPLIED = 64;

  /** The drift every profile assumes: 10 %. */
  public static final int RHO_PPM = 100_000;

  /** Checks the limits and that the lists are in order. */
  public Content {
    voters = List.copyOf(voters);
    gates = List.copyOf(gates);
    revocations = List.copyOf(revocations);
    regions = List.copyOf(regions);
    audit = List.copyOf(audit);
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
    if (regions.size() > MAX_REGIONS)
      throw new IllegalArgumentException("want at most 256 regions, not " + regions.size());
    checkApplied(applied);
    if (revocations.size() > MAX_REVOCATIONS || audit.size() > MAX_AUDIT)
      throw new IllegalArgumentException("want at most 512 revocations and 16 of an audit");
    checkOrder(voters, Comparator.comparing(Seat::node), "voters are sorted by node, each once");
    checkOrder(gates, Comparator.naturalOrder(), "gates are sorted by change, each once");
    checkOrder(revocations, Comparator.naturalOrder(), "revocations are sorted, each once");
    checkOrder(regions, Comparator.naturalOrder(), "regions are sorted by name, each once");
  }

  /** Content with its hash, as a scope begins. */
  public static Content of(
      int generation, Bytes genesis, Duration maxPromise, int rhoPpm, List<Seat> voters) {
    var sorted = voters.stream().sorted((a, b) -> a.node().compareTo(b.node())).toList();
    return new Content(
            generation,
            genesis,
            maxPromise,
            rhoPpm,
            sorted,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Bytes.EMPTY)
        .hashed();
  }

  /** This content with other lists, but for voters and regions; each is put in order. */
  public Content with(
      List<Gate> gated, List<Revocation> revoked, List<Audit> audited, List<Bytes> commands) {
    return new Content(
            generation,
            genesis,
            maxPromise,
            rhoPpm,
            voters,
            gated.stream().sorted().toList(),
            revoked.stream().sorted().toList(),
            regions,
            audited,
            commands,
            Bytes.EMPTY)
        .hashed();
  }

  /** This content with other regions, put in order. */
  public Content founding(List<Region> others) {
    return new Content(
            generation,
            genesis,
            maxPromise,
            rhoPpm,
            voters,
            gates,
            revocations,
            others.stream().sorted().toList(),
            audit,
            applied,
            Bytes.EMPTY)
        .hashed();
  }

  Content gated(List<Gate> others) {
    return with(others, revocations, audit, applied);
  }

  Content revoking(List<Revocation> others) {
    return with(gates, others, audit, applied);
  }

  Content seated(List<Seat> others) {
    return of(generation, genesis, maxPromise, rhoPpm, others)
        .founding(regions)
        .with(gates, revocations, audit, applied);
  }

  Content timed(Duration longest, int drift) {
    return of(generation, genesis, longest, drift, voters)
        .founding(regions)
        .with(gates, revocations, audit, applied);
  }

  /**
   * With one more command applied. The oldest is forgotten beyond the limit, and so is a revocation
   * of what has ended long ago.
   */
  Content applying(Command command) {
    var author = command.author();
    var standing = new ArrayList<>(revocations);
    standing.removeIf(
        old ->
            !old.notAfter().equals(Revocation.NEVER)
                && old.notAfter().plus(REVOKED_STAYS).isBefore(author.wall()));
    return with(
        gates,
        standing,
        latest(audit, new Audit(command.id(), author), MAX_AUDIT),
        latest(applied, command.id(), MAX_APPLIED));
  }

  private static <T> List<T> latest(List<T> known, T next, int most) {
    var more = new ArrayList<>(known);
    more.add(next);
    if (more.size() > most) more.removeFirst();
    return more;
  }

  /** Whether it is no larger than a record may be. */
  public boolean fits() {
    return ContentBytes.of(this).size() <= MAX_BYTES;
  }

  /** Whether {@code node}, or a key of it, is revoked. */
  public boolean isRevoked(NodeId node) {
    return revocations.stream().anyMatch(revoked -> revoked.node().equals(node));
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
  public boolean seats(NodeId node) {
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
   *
   * @param favoured whether it counts as of a rank one better
   */
  int placeWithout(NodeId lapsed, NodeId self, boolean favoured) {
    if (self.equals(lapsed) || !seats(self)) return othersThan(lapsed);
    var mine = voters.getFirst();
    for (var voter : voters)
      if (voter.node().equals(self)) mine = favoured ? voter.better() : voter;
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
    return new Content(
        generation,
        genesis,
        maxPromise,
        rhoPpm,
        voters,
        gates,
        revocations,
        regions,
        audit,
        applied,
        bytes);
  }

  private static <T> void checkOrder(List<T> list, Comparator<? super T> order, String rule) {
    for (var i = 1; i < list.size(); i++)
      if (order.compare(list.get(i - 1), list.get(i)) >= 0)
        throw new IllegalArgumentException(rule);
  }

  private static void checkApplied(List<Bytes> applied) {
    if (applied.size() > MAX_APPLIED)
      throw new IllegalArgumentException("want at most 64 applied, not " + applied.size());
    for (var id : applied)
      if (id.isEmpty() || id.size() > Command.MAX_ID)
        throw new IllegalArgumentException("a command's id has 1 to 32 bytes, not " + id.size());
  }
}
