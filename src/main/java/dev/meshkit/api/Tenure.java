package dev.meshkit.api;

import java.util.Optional;

/** One stretch of leadership, from gained to lost. Thread-safe. */
public interface Tenure {
  /** The number to protect writes with; it stays the same for the whole tenure. */
  Fence fence();

  /**
   * The fence while this node may act, else empty. Lock-free; empty by itself after a pause or when
   * the tenure runs out. Necessary, not sufficient: check {@link #fence()} where the write lands.
   */
  Optional<Fence> authority();
}
