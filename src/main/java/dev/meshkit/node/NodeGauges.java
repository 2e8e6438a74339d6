package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import java.util.List;
import java.util.TreeMap;

/** The levels of a node that are computed while a scrape runs. */
final class NodeGauges {
  private NodeGauges() {}

  static void register(Meters meters, Life life, Node node) {
    var build = BuildInfo.current();
    meters.gauge(Metric.BUILD_INFO, () -> 1, build.version(), build.jdk(), build.commit());
    meters.gauge(Metric.UPTIME_SECONDS, () -> life.uptime().toMillis() / 1000.0);
    meters.gauge(Metric.READY, () -> life.state() == NodeStatus.State.READY ? 1 : 0);
    meters.gauges(Metric.MEMBERS, () -> members(node));
    meters.gauges(Metric.ELECTION_QUORUM_MARGIN, () -> margins(node.snapshot()));
  }

  private static List<Meters.Level> margins(Snapshot seen) {
    return seen.votes().values().stream()
        .map(vote -> Meters.Level.of(vote.margin(seen::canVote), vote.scope().text()))
        .toList();
  }

  private static List<Meters.Level> members(Node node) {
    var counts = new TreeMap<String, Double>();
    for (var member : node.members()) {
      counts.merge(key(member), 1.0, Double::sum);
    }
    return counts.entrySet().stream()
        .map(count -> Meters.Level.of(count.getValue(), count.getKey().split(" ", 2)))
        .toList();
  }

  private static String key(Member member) {
    return member.node().region() + " " + member.status().name();
  }
}
