package dev.meshkit.config;

import dev.meshkit.api.Endpoint;
import java.util.List;

/**
 * Section {@code discovery}: where peers might be.
 *
 * @param seeds addresses to ask for the mesh, in any order, at most 64, default none: a node
 *     without seeds waits to be found
 */
public record DiscoveryConfig(List<Endpoint> seeds) {
  /** Checks ranges and relations. */
  public DiscoveryConfig {
    seeds = List.copyOf(seeds);
    Rules.of("discovery")
        .require("seeds", seeds.size() <= 64, "must be at most 64 addresses")
        .check();
  }

  /** The defaults. */
  public static DiscoveryConfig defaults() {
    return new DiscoveryConfig(List.of());
  }

  /** This, with other seeds. */
  public DiscoveryConfig withSeeds(List<Endpoint> seeds) {
    return new DiscoveryConfig(seeds);
  }
}
