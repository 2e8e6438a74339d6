package dev.meshkit.sim;

/**
 * L1, the hard limit of a run; the distribution is judged over the campaign (V19). A violation
 * means that a scope with a healthy quorum stays without a leader three times as long as it may.
 */
final class TakeoverInTime implements Oracle {
  private static final int AT_MOST = 3;

  @Override
  public String name() {
    return "L1";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Takeover(_, _, var nanos, var bound) && nanos > AT_MOST * bound
        ? sight + ", which may take " + Seconds.text(bound)
        : "";
  }
}
