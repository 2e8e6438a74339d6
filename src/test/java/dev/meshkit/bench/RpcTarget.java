package dev.meshkit.bench;

import java.util.List;

/**
 * What a number of the run has to be.
 *
 * @param name as in the result
 * @param atLeast the least it may be
 * @param atMost the most it may be
 */
record RpcTarget(String name, double atLeast, double atMost) {
  /** The targets of the transport's design; ratios are ours divided by theirs. */
  static final List<RpcTarget> ALL =
      List.of(
          least("unary_direct_ratio", 1.1),
          least("unary_default_ratio", 2.0),
          least("unary_blocking_ratio", 1.5),
          most("unary_default_p99_ratio", 1.0),
          least("stream_64k_ratio", 0.7),
          most("latency_1_p50_ratio", 1.3),
          least("handshake_ratio", 0.7),
          most("packets_per_unary", 1.05),
          most("packets_per_unary_1", 1.3),
          most("flushes_per_unary", 0.15),
          most("cancel_open_ms", 5),
          most("cancel_half_closed_ms", 5),
          most("cancel_stranger_ms_worst", 300),
          most("identity_ms_worst", 2_000),
          most("refusal_ms_worst", 1_200));

  private static RpcTarget least(String name, double value) {
    return new RpcTarget(name, value, Double.POSITIVE_INFINITY);
  }

  private static RpcTarget most(String name, double value) {
    return new RpcTarget(name, 0, value);
  }

  boolean isMetBy(double value) {
    return value >= atLeast && value <= atMost;
  }

  @Override
  public String toString() {
    return name + (atLeast > 0 ? " ≥ " + atLeast : " ≤ " + atMost);
  }
}
