package dev.meshkit.api;

import java.util.Optional;

/** One stretch of leadership, from gained to lost. Thread-safe. */
public interface Tenure {
  /** What takes back a deed of a tenure when that ends. */
  @FunctionalInterface
  interface Undo {
    /** Takes it back; may block, for 10 s at most. */
    void run() throws Exception;
  }

  /** The number to protect writes with; it stays the same for the whole tenure. */
  Fence fence();

  /**
   * The fence while this node may act, else empty. Lock-free; empty by itself after a pause or when
   * the tenure runs out. Necessary, not sufficient: check {@link #fence()} where the write lands.
   */
  Optional<Fence> authority();

  /**
   * Has {@code undo} run when this tenure ends: after authority is off and the threads that led are
   * interrupted, the last registered first, each once, whatever the others throw. Should the tenure
   * have ended already it runs now, before this returns. At most 1,000 a tenure, an {@link
   * IllegalStateException} beyond.
   *
   * <p>The node waits a tenth of a second for all of it before it helps to elect a successor; what
   * takes longer goes on beside that.
   *
   * @param what is undone, for the log
   */
  void onEnd(String what, Undo undo);
}
