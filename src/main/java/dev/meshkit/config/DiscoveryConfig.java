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
        .require(
            "seeds",
            seeds.stream().noneMatch(seed -> seed.port() == 0),
            "must have a port each, such as 10.0.0.7:7443")
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
