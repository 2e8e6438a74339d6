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
   * Before anything that cannot compare fences: blocks until twice the longest promise of a voter
   * has passed since this tenure began, so that whoever led before, and had looked at its authority
   * just before it ended, has had that long to finish. Best effort: a thread that was stopped for
   * longer acts all the same; only {@link LocalTx#guard} protects from it. Where fences are
   * compared there is nothing to wait for. Returns at once when the time is over.
   *
   * @return whether this node may act now; false once the tenure has ended
   */
  boolean awaitUnfenced() throws InterruptedException;

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
