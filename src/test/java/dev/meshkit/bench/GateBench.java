package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import java.util.List;
import java.util.Map;

/**
 * What a decision costs, what it costs to record an effect beside a plain durable insert and beside
 * a table that is written by hand, and how fast a run replays: {@link GateRun}. With arguments only
 * those parts run ({@code ARGS="decide capture replay fence naive"}).
 */
final class GateBench implements Bench.Measured {
  private static final List<Target> TARGETS =
      List.of(
          most("decide_ns", 1_000),
          least("value_of_insert", 0.5),
          least("replay_of_value", 10),
          least("replay_of_select", 2),
          most("fence_cost", 1.15),
          least("local_tx_of_naive", 10));

  private final List<String> parts;

  GateBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("gate", GateRun.class, parts, TARGETS);
  }
}
