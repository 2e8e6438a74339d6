package dev.meshkit.config;

/**
 * Sections {@code election.…}: the two scopes a node takes part in. Where voters are named, they
 * stay as they are but for what operators change; elsewhere {@code vote} says how they come about.
 *
 * @param region the scope of this node's own region; its voters must all be of that region
 * @param global the scope of the whole mesh
 * @param vote how the electorate of a scope comes about in which no voters are named
 */
public record ElectionConfig(
    ElectionScopeConfig region, ElectionScopeConfig global, ElectionVoteConfig vote) {
  /** Checks all three. */
  public ElectionConfig {
    region
        .check("election.region")
        .and(global.check("election.global"))
        .and(vote.check("election.vote"))
        .check();
  }

  /** Voters that are named, or none. */
  public ElectionConfig(ElectionScopeConfig region, ElectionScopeConfig global) {
    this(region, global, ElectionVoteConfig.defaults());
  }

  /** The defaults. */
  public static ElectionConfig defaults() {
    return new ElectionConfig(
        ElectionScopeConfig.of(ElectionProfile.REGION),
        ElectionScopeConfig.of(ElectionProfile.WAN));
  }

  /** This, with another region scope. */
  public ElectionConfig withRegion(ElectionScopeConfig region) {
    return new ElectionConfig(region, global, vote);
  }

  /** This, with another global scope. */
  public ElectionConfig withGlobal(ElectionScopeConfig global) {
    return new ElectionConfig(region, global, vote);
  }

  /** This, with electorates that come about otherwise. */
  public ElectionConfig withVote(ElectionVoteConfig vote) {
    return new ElectionConfig(region, global, vote);
  }
}
