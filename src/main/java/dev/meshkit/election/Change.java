package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;

/** What can be changed in a scope record, a voter's membership apart. */
public sealed interface Change {
  /** Why it cannot be made of {@code content}; empty if it can. */
  String refusal(Content content);

  /** The content with this change, which {@link #refusal} did not refuse. */
  Content of(Content content);

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
}
