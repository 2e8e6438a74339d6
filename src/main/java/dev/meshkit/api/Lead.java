package dev.meshkit.api;

/** What an application does while it leads. */
@FunctionalInterface
public interface Lead {
  /**
   * Runs on a virtual thread of its own for one tenure, under its fence ({@link Fence#current}),
   * and is interrupted when the tenure ends. It may return before that.
   */
  void during(Tenure tenure) throws InterruptedException;
}
