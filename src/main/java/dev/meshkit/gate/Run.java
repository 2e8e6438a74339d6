package dev.meshkit.gate;

import dev.meshkit.api.Fence;

/** One bounded execution of a branch, as the branch sees it. Thread-safe. */
public final class Run {
  private final RunKey key;
  private final Decision decision;
  private final RunLog log;
  private final Effects effects;

  Run(RunKey key, Decision decision, RunLog log) {
    this.key = key;
    this.decision = decision;
    this.log = log;
    this.effects = new Effects(log, "");
  }

  /** The name of the work. */
  public RunKey key() {
    return key;
  }

  /** The version that it keeps to its end. */
  public int version() {
    return decision.version();
  }

  /** What it has done already, and what it does now. */
  public Effects effects() {
    return effects;
  }

  /**
   * This run as a leader's: from now on whatever records for it first lets this fence pass, in the
   * same transaction. Once a later leader has been here that is {@code error.fenced}: nothing is
   * recorded, and nothing is called or sent.
   */
  public Run under(Fence fence) {
    log.under(fence);
    return this;
  }
}
