package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import java.util.List;
import java.util.Map;

/**
 * What one step of an election costs, what asking for authority costs, and how fast the simulator
 * runs: {@link StepRun}. With arguments only those parts run ({@code ARGS="beat authority sim
 * gossip"}).
 */
final class StepBench implements Bench.Measured {
  /** The targets of the designs of elections and of the simulator. */
  static final List<Target> TARGETS =
      List.of(
          most("beat_ns", 2_000),
          most("beat_bytes", 500),
          most("authority_ns", 60),
          most("authority_bytes", 0),
          least("sim_virtual_seconds_per_second", 400),
          least("sim_gossip_200_virtual_seconds_per_second", 300),
          least("sim_gossip_2000_virtual_seconds_per_second", 5));

  private final List<String> parts;

  StepBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("step", StepRun.class, parts, TARGETS);
  }
}
