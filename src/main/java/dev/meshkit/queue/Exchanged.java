package dev.meshkit.queue;

import java.util.List;

/**
 * What became of leases that were settled, and what their holder got in their stead.
 *
 * @param settled of each, in order
 * @param leased tasks of the lane that follow, in order; none if there is none to lease
 * @param <T> what tasks carry
 */
public record Exchanged<T>(List<Settled> settled, List<Lease<T>> leased) {
  /** Copies the lists. */
  public Exchanged {
    settled = List.copyOf(settled);
    leased = List.copyOf(leased);
  }
}
