package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;

/** What can be changed in a scope record. */
public sealed interface Change {
  /** Why it cannot be made of {@code content}; empty if it can. */
  String refusal(Content content);

  /** The content with this change, which {@link #refusal} did not refuse. */
  Content of(Content content);

  /** Whether it changes who votes: then it is alone in its version (R7). */
  default boolean ofVoters() {
    return this instanceof AddVoter || this instanceof RemoveVoter;
  }

  /**
   * Lets a version of a change run, or another one than before.
   *
   * @param gate replaces the one of its name
   */
  record SetGate(Gate gate) implements Change {
    @Override
    public String refusal(Content content) {
      var full = content.gates().size() == Content.MAX_GATES;
      var known = content.gates().stream().anyMatch(g -> g.change().equals(gate.change()));
      return full && !known ? "a scope has at most " + Content.MAX_GATES + " gates" : "";
    }

    @Override
    public Content of(Content content) {
      var gates = new ArrayList<>(content.gates());
      gates.removeIf(old -> old.change().equals(gate.change()));
      gates.add(gate);
      return content.gated(gates);
    }
  }

  /**
   * Moves a voter in the order in which voters campaign.
   *
   * @param voter whom
   * @param rank 0 to 255, {@link Seat#WITNESS}
   */
  record SetRank(NodeId voter, int rank) implements Change {
    /** Checks the rank. */
    public SetRank {
      if (rank < 0 || rank > Seat.WITNESS)
        throw new IllegalArgumentException("a rank is 0 to 255, not " + rank);
    }

    @Override
    public String refusal(Content content) {
      if (content.voters().stream().noneMatch(seat -> seat.node().equals(voter)))
        return voter + " is no voter";
      var leads = of(content).voters().stream().anyMatch(seat -> seat.rank() != Seat.WITNESS);
      return leads ? "" : "nobody would be left to lead";
    }

    @Override
    public Content of(Content content) {
      return content.seated(
          content.voters().stream()
              .map(seat -> seat.node().equals(voter) ? seat.ranked(rank) : seat)
              .toList());
    }
  }

  /**
   * Lets a learner vote.
   *
   * @param seat who, with the store it votes by
   */
  record AddVoter(Seat seat) implements Change {
    /** A voter that is added has a store: after a wipe it is another one. */
    public AddVoter {
      if (seat.store().isEmpty())
        throw new IllegalArgumentException("a voter is added with its store: " + seat.node());
    }

    @Override
    public String refusal(Content content) {
      if (content.seats(seat.node())) return seat.node() + " votes already";
      if (content.isRevoked(seat.node())) return seat.node() + " is revoked";
      var full = content.voters().size() == Content.MAX_VOTERS;
      return full ? "a scope has at most " + Content.MAX_VOTERS + " voters" : "";
    }

    @Override
    public Content of(Content content) {
      var voters = new ArrayList<>(content.voters());
      voters.add(seat);
      return content.seated(voters);
    }
  }

  /**
   * Takes a voter's vote.
   *
   * @param voter whose
   */
  record RemoveVoter(NodeId voter) implements Change {
    @Override
    public String refusal(Content content) {
      if (!content.seats(voter)) return voter + " is no voter";
      var leads =
          content.voters().stream()
              .anyMatch(seat -> !seat.node().equals(voter) && seat.rank() != Seat.WITNESS);
      return leads ? "" : "nobody would be left to lead";
    }

    @Override
    public Content of(Content content) {
      return content.seated(
          content.voters().stream().filter(seat -> !seat.node().equals(voter)).toList());
    }
  }

  /**
   * Trusts somebody no more.
   *
   * @param revocation replaces the one of the same key and node
   */
  record Revoke(Revocation revocation) implements Change {
    @Override
    public String refusal(Content content) {
      var full = content.revocations().size() == Content.MAX_REVOCATIONS;
      var known = content.revocations().stream().anyMatch(revocation::isOf);
      return full && !known ? "a scope has at most 512 revocations" : "";
    }

    @Override
    public Content of(Content content) {
      var all = new ArrayList<>(content.revocations());
      all.removeIf(revocation::isOf);
      all.add(revocation);
      return content.revoking(all);
    }
  }

  /**
   * Takes a revocation back.
   *
   * @param key of the one meant, or empty
   * @param node of the one meant, or {@link NodeId#NOBODY}
   */
  record Unrevoke(Bytes key, NodeId node) implements Change {
    @Override
    public String refusal(Content content) {
      return content.revocations().stream().anyMatch(this::means) ? "" : "that is not revoked";
    }

    @Override
    public Content of(Content content) {
      return content.revoking(
          content.revocations().stream().filter(revoked -> !means(revoked)).toList());
    }

    private boolean means(Revocation revoked) {
      return revoked.key().equals(key) && revoked.node().equals(node);
    }
  }

  /**
   * Other bounds of time. A longer promise outlives the change by as long as it was.
   *
   * @param maxPromise the longest promise a voter gives, in whole milliseconds, at most a minute
   * @param rhoPpm how far a clock's rate may be off
   */
  record SetParams(Duration maxPromise, int rhoPpm) implements Change {
    /** Checks the limits. */
    public SetParams {
      if (!maxPromise.isPositive() || maxPromise.compareTo(Duration.ofMinutes(1)) > 0)
        throw new IllegalArgumentException("want 0 < maxPromise <= 1 min, not " + maxPromise);
      if (maxPromise.toNanos() % 1_000_000 != 0)
        throw new IllegalArgumentException("want whole milliseconds, not " + maxPromise);
      if (rhoPpm < 0 || rhoPpm > 500_000)
        throw new IllegalArgumentException("want 0 <= rho <= 500000 ppm, not " + rhoPpm);
    }

    @Override
    public String refusal(Content content) {
      return ""; // whether leaders can live on so little, their timing says
    }

    @Override
    public Content of(Content content) {
      return content.timed(maxPromise, rhoPpm);
    }
  }

  /**
   * Lets a node found the scope of a new region. The record that says so stands for good: a region
   * has one founder, whoever else asks.
   *
   * @param name the region
   * @param founder a node of it, by the store that will vote
   */
  record AddRegion(String name, Seat founder) implements Change {
    /** Checks that the founder lives there. */
    public AddRegion {
      var _ = new Region(name, 1, founder);
    }

    @Override
    public String refusal(Content content) {
      for (var known : content.regions())
        if (known.name().equals(name))
          return "region " + name + " is founded by " + known.founder().node();
      if (content.isRevoked(founder.node())) return founder.node() + " is revoked";
      var full = content.regions().size() == Content.MAX_REGIONS;
      return full ? "a cluster has at most " + Content.MAX_REGIONS + " regions" : "";
    }

    @Override
    public Content of(Content content) {
      var regions = new ArrayList<>(content.regions());
      regions.add(new Region(name, 1, founder));
      return content.founding(regions);
    }
  }

  /**
   * Lets one node go on with a region whose quorum is lost for good, in the next generation of its
   * scope. Nobody else can then begin that generation, which is why a recovery asks the whole first
   * (§7): of two survivors that are recovered at once one is refused.
   *
   * @param region whose founder is from now on who goes on with it, in which generation
   */
  record RenewRegion(Region region) implements Change {
    /** Checks that it is no birth. */
    public RenewRegion {
      if (region.generation() < 2)
        throw new IllegalArgumentException("the first generation is founded, not renewed");
    }

    @Override
    public String refusal(Content content) {
      var name = region.name();
      for (var known : content.regions()) {
        if (!known.name().equals(name) || known.equals(region)) continue;
        if (known.generation() >= region.generation())
          return "region %s goes on in generation %d, begun by %s"
              .formatted(name, known.generation(), known.founder().node());
      }
      var founder = region.founder().node();
      if (content.isRevoked(founder)) return founder + " is revoked";
      var full = content.regions().size() == Content.MAX_REGIONS;
      var known = content.regions().stream().anyMatch(one -> one.name().equals(name));
      return full && !known ? "a cluster has at most " + Content.MAX_REGIONS + " regions" : "";
    }

    @Override
    public Content of(Content content) {
      var regions = new ArrayList<>(content.regions());
      regions.removeIf(known -> known.name().equals(region.name()));
      regions.add(region);
      return content.founding(regions);
    }
  }
}
