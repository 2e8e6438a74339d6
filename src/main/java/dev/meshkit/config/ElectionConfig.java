package dev.meshkit.config;

/**
 * Sections {@code election.…}: the two scopes a node takes part in. Where no voters are pinned, a
 * node votes alone in its own region, and alone in {@code global} only if it has no seeds to join.
 *
 * @param region the scope of this node's own region; its voters must all be of that region
 * @param global the scope of the whole mesh
 */
public record ElectionConfig(ElectionScopeConfig region, ElectionScopeConfig global) {
  /** Checks the voters of both. */
  public ElectionConfig {
    region.check("election.region").and(global.check("election.global")).check();
  }

  /** The defaults. */
  public static ElectionConfig defaults() {
    return new ElectionConfig(
        ElectionScopeConfig.of(ElectionProfile.REGION),
        ElectionScopeConfig.of(ElectionProfile.WAN));
  }

  /** This, with another region scope. */
  public ElectionConfig withRegion(ElectionScopeConfig region) {
    return new ElectionConfig(region, global);
  }

  /** This, with another global scope. */
  public ElectionConfig withGlobal(ElectionScopeConfig global) {
    return new ElectionConfig(region, global);
  }
}
