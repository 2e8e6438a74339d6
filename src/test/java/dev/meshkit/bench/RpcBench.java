package dev.meshkit.bench;

import static dev.meshkit.bench.Target.least;
import static dev.meshkit.bench.Target.most;

import java.util.List;
import java.util.Map;

/**
 * T24: our gRPC over HTTP/3 beside grpc-netty over HTTP/2 with BoringSSL, both with mutual TLS,
 * both ends of both in one process, in turns: {@link RpcRun}. With arguments only those parts run
 * ({@code make bench BENCH=rpc ARGS="direct stream"}).
 */
final class RpcBench implements Bench.Measured {
  /** The targets of the transport's design; ratios are ours divided by theirs. */
  static final List<Target> TARGETS =
      List.of(
          least("unary_direct_ratio", 1.1),
          most("unary_direct_p99_ratio", 1.0),
          least("unary_default_ratio", 2.0),
          most("unary_default_p99_ratio", 1.0),
          most("unary_default_heap_ratio", 1.0),
          least("unary_blocking_ratio", 1.5),
          most("unary_blocking_p99_ratio", 1.0),
          most("lossy_unary_p99_ratio", 1.0),
          least("stream_64k_ratio", 0.7),
          most("latency_1_p50_ratio", 1.3),
          least("handshake_ratio", 0.7),
          most("packets_per_unary", 1.05),
          most("packets_per_unary_1", 1.3),
          most("flushes_per_unary", 0.15),
          most("wakes_per_unary", 0.1),
          most("cancel_open_ms", 5),
          most("cancel_half_closed_ms", 5),
          most("cancel_stranger_ms_worst", 300),
          most("identity_ms_worst", 2_000),
          most("refusal_ms_worst", 1_200));

  private final List<String> parts;

  RpcBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    return Measuring.run("rpc", RpcRun.class, parts, TARGETS);
  }
}
