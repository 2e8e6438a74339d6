package dev.meshkit.config;

import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.Set;

/**
 * Sections {@code election.region} and {@code election.global}: who votes, and how patiently.
 *
 * @param profile the timing, of one piece; the same on every voter
 * @param voters the voters, the same on every node, at most 9, no one twice; an even number
 *     survives no more failures than one less; default empty: none pinned, see {@link
 *     ElectionConfig}
 */
public record ElectionScopeConfig(ElectionProfile profile, List<NodeId> voters) {
  /** Copies the voters. */
  public ElectionScopeConfig {
    voters = List.copyOf(voters);
  }

  /** The profile {@code profile}, no voters pinned. */
  public static ElectionScopeConfig of(ElectionProfile profile) {
    return new ElectionScopeConfig(profile, List.of());
  }

  /** This, with another profile. */
  public ElectionScopeConfig withProfile(ElectionProfile profile) {
    return new ElectionScopeConfig(profile, voters);
  }

  /** This, with other voters. */
  public ElectionScopeConfig withVoters(List<NodeId> voters) {
    return new ElectionScopeConfig(profile, voters);
  }

  Rules check(String section) {
    return Rules.of(section)
        .require("voters", voters.size() <= 9, "must be at most 9 nodes")
        .require("voters", Set.copyOf(voters).size() == voters.size(), "must name each node once")
        .require("voters", !voters.contains(NodeId.NOBODY), "must be region/name each");
  }
}
