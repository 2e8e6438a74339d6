package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;

import java.util.List;
import java.util.Map;

/**
 * Durable messages from one node to another, applied once, beside a window of one and beside plain
 * gRPC streams without a store, ours and grpc-netty's, as it comes and with direct executors: one
 * whose sender never learns what arrived, and one whose callers wait for an answer to each message,
 * {@link PlainTalk}: {@link DeliverRun}. With arguments only those parts run ({@code make bench
 * BENCH=deliver ARGS=near}): {@code near}, {@code far}.
 */
final class DeliverBench implements Bench.Measured {
  /**
   * The targets of issue 7. Plain gRPC streaming is grpc-java's as it comes, over HTTP/2: whoever
   * does not use MeshKit uses that. What else keeps nothing is measured beside it and told.
   */
  private static final List<Target> TARGETS =
      List.of(least("of_netty_plain_stream_0ms", 0.25), least("of_window_of_one_80ms", 20));

  private final List<String> parts;

  DeliverBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("deliver", DeliverRun.class, parts, TARGETS);
  }
}
