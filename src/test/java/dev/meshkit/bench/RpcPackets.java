package dev.meshkit.bench;

import dev.meshkit.grpc.Datagrams;
import dev.meshkit.grpc.Http3Counts;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a unary call of ours costs in packets, flushes and wake-ups: counted, not timed. */
final class RpcPackets {
  private static final int ROUNDS = 5;

  private RpcPackets() {}

  /**
   * The dearer direction's packets and flushes a call, and wake-ups of other threads by event loops
   * at each of the two ends; medians.
   */
  record Cost(double packets, double flushes, double wakes) {}

  /** Runs a load on a warm channel and counts. */
  static Cost run(RpcSide side, ManagedChannel channel, RpcLoad.Round round, long nanos)
      throws Exception {
    var packets = new ArrayList<Double>();
    var flushes = new ArrayList<Double>();
    var wakes = new ArrayList<Double>();
    try (var asks = Datagrams.of(channel);
        var answers = Datagrams.of(side.server())) {
      for (var i = 0; i < ROUNDS; i++) {
        var asksBefore = asks.count();
        var answersBefore = answers.count();
        var wakesBefore = Http3Counts.now().wakes();
        var calls = round.run(channel, nanos).calls();
        var asked = asks.count().since(asksBefore);
        var answered = answers.count().since(answersBefore);
        packets.add((double) Math.max(asked.packets(), answered.packets()) / calls);
        flushes.add((double) Math.max(asked.flushes(), answered.flushes()) / calls);
        wakes.add((Http3Counts.now().wakes() - wakesBefore) / 2.0 / calls); // of two ends
      }
    }
    return new Cost(median(packets), median(flushes), median(wakes));
  }

  private static double median(List<Double> values) {
    return RpcSample.rounded(
        RpcSample.median(values.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** For the result file. */
  static Map<String, Object> named(String suffix, Cost cost) {
    return new TreeMap<>(
        Map.of(
            "packets_per_unary" + suffix, cost.packets(),
            "flushes_per_unary" + suffix, cost.flushes(),
            "wakes_per_unary" + suffix, cost.wakes()));
  }
}
