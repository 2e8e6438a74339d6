package dev.meshkit.discovery;

import dev.meshkit.api.Endpoint;
import java.util.List;

/** Where peers might be. May block on the network; the loop that asks is nobody else's. */
@FunctionalInterface
public interface SeedSource {
  /** What is known now, without this node's own address, in no particular order. */
  List<Endpoint> seeds() throws InterruptedException;

  /**
   * The seeds that configuration names, always the same; duplicates and {@code self} are left out.
   */
  static SeedSource fixed(List<Endpoint> seeds, Endpoint self) {
    var all = seeds.stream().distinct().filter(seed -> !seed.equals(self)).toList();
    return () -> all;
  }
}
