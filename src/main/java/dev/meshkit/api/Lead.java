package dev.meshkit.api;

/** What an application does while it leads. */
@FunctionalInterface
public interface Lead {
  /**
   * Runs on a virtual thread of its own for one tenure, and is interrupted when the tenure ends.
   */
  void during(Tenure tenure) throws InterruptedException;
}
