package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Change;
import dev.meshkit.gossip.Standing;
import dev.meshkit.observe.MemberTransitionEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells people what changed: the log, the event history, the flight recorder and the meters. */
final class MemberNews {
  private static final System.Logger LOG = System.getLogger(MemberNews.class.getName());

  private final NodeId self;
  private final Meters meters;
  private final NodeEvent.Sink events;

  MemberNews(NodeId self, Meters meters, NodeEvent.Sink events) {
    this.self = self;
    this.meters = meters;
    this.events = events;
  }

  /** One change of one member. */
  void tell(Change change) {
    var by = change.by().stream().map(NodeId::toString).collect(Collectors.joining(","));
    var event = event(change).because(change.cause()).with(facts(change, by));
    events.accept(event);
    LOG.log(level(event.severity()), event.text());
    if (change.to() == Standing.ABSENT || !isTransition(change.kind())) return;
    meters.count(Metric.MEMBER_TRANSITIONS_TOTAL, status(change.from()), status(change.to()));
    MemberTransitionEvent.emit(
        new MemberTransitionEvent.Change(
            change.node().toString(),
            change.node().region(),
            change.from() == Standing.ABSENT ? "" : change.from().name(),
            change.to().name(),
            change.life().incarnation(),
            by.isEmpty() ? self.toString() : by,
            change.cause()));
  }

  private static NodeEvent event(Change change) {
    var node = change.node().toString();
    return switch (change.kind()) {
      case JOINED -> NodeEvent.info("member.joined", node, node + " joined");
      case SUSPECTED -> NodeEvent.warn("member.suspected", node, node + " is suspected");
      case REFUTED -> NodeEvent.info("member.refuted", node, node + " is alive after all");
      case DIED -> NodeEvent.warn("member.died", node, node + " died");
      case LEFT -> left(change, node);
      case REJOINED -> NodeEvent.info("member.rejoined", node, node + " is back");
      case RESTARTED -> NodeEvent.info("member.restarted", node, node + " was restarted");
      case REFUSED -> NodeEvent.warn("member.refused", node, node + " was refused");
      case CLONED ->
          new NodeEvent(
              "member.cloned",
              NodeEvent.Severity.ERROR,
              "",
              0,
              node,
              "",
              "IDENTITY_CLONED",
              "another process runs as " + node,
              Map.of());
    };
  }

  private static NodeEvent left(Change change, String node) {
    return change.cause().equals(Change.REVOKED)
        ? NodeEvent.warn("member.left", node, node + " is revoked").coded("MK-TLS-009")
        : NodeEvent.info("member.left", node, node + " left");
  }

  private static Map<String, String> facts(Change change, String by) {
    var life = change.life();
    return Map.of(
        "generation", Long.toUnsignedString(life.generation()),
        "incarnation", Integer.toUnsignedString(life.incarnation()),
        "by", by);
  }

  private static boolean isTransition(Change.Kind kind) {
    return switch (kind) {
      case JOINED, SUSPECTED, REFUTED, DIED, LEFT, REJOINED -> true;
      case RESTARTED, REFUSED, CLONED -> false;
    };
  }

  private static String status(Standing standing) {
    return standing == Standing.ABSENT ? "NONE" : standing.name();
  }

  private static Level level(NodeEvent.Severity severity) {
    return switch (severity) {
      case INFO -> Level.INFO;
      case WARN, ERROR -> Level.WARNING;
    };
  }
}
