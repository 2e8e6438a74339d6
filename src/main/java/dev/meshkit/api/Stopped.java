package dev.meshkit.api;

/** Why a node is no longer running. */
public sealed interface Stopped {
  /** Somebody closed it, and it left in order. */
  record Closed() implements Stopped {}

  /**
   * Its store failed: what it holds is known only at the next start.
   *
   * @param error what failed
   */
  record StoreFailed(MeshError error) implements Stopped {}

  /**
   * It must not run: another process goes by its name, or a loop of it broke.
   *
   * @param error why
   */
  record Failed(MeshError error) implements Stopped {}
}
