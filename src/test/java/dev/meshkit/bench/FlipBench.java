package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import java.util.List;
import java.util.Map;

/**
 * What it costs a flow of durable messages that its link flips between the versions of the
 * transport, beside the same flow without flips: {@link FlipRun}. {@code ARGS=3000} offers so many
 * messages a second instead of 5,000.
 */
final class FlipBench implements Bench.Measured {
  /** TransportFlip, of gate.md. */
  static final List<Target> TARGETS =
      List.of(
          least("flipped_of_plain", 0.9),
          most("silence_p99_ms", 500),
          most("lost", 0),
          most("doubled", 0),
          most("disordered", 0));

  private final List<String> arguments;

  FlipBench(List<String> arguments) {
    this.arguments = arguments;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("flip", FlipRun.class, arguments, TARGETS, "-Xms256m", "-Xmx512m");
  }
}
