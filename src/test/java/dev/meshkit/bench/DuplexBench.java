package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import java.util.List;
import java.util.Map;

/**
 * A hub's duplex streams with 24 peers beside grpc-netty's, both with mutual TLS and both ends in
 * one process, in turns: {@link DuplexRun}. With arguments only those parts run ({@code make bench
 * BENCH=duplex ARGS=frames}): {@code frames}, {@code idle}, {@code elect}.
 */
final class DuplexBench implements Bench.Measured {
  /** The targets of the transport's design, and T38; ratios are ours divided by theirs. */
  private static final List<Target> TARGETS =
      List.of(
          least("frames_ratio", 1.0),
          most("idle_cpu_percent", 1.0),
          most("elect_p99_under_deliver_ratio", 3.0));

  private final List<String> parts;

  DuplexBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("duplex", DuplexRun.class, parts, TARGETS);
  }
}
