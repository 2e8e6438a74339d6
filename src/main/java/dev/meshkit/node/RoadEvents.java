package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.link.RoadNews;
import dev.meshkit.observe.GateFlipEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;

/**
 * Tells the event history of roads, and counts those that are of another version. Thread-safe.
 *
 * @param events the history
 * @param meters where flips are counted
 */
record RoadEvents(NodeEvent.Sink events, Meters meters) implements RoadNews.Sink {
  private static final System.Logger LOG = System.getLogger(RoadEvents.class.getName());

  @Override
  public void accept(RoadNews news) {
    switch (news.what()) {
      case LEGACY -> flipped(news, 2, 1);
      case LEFT_LEGACY -> flipped(news, 1, 2);
      case NOT_SWITCHED -> stayed(news);
      case DOWNGRADED, UDP_BLOCKED, PROMOTED, BLOCKED, NO_UDP, NO_VERSION -> {}
    }
    var event = event(news).because(news.reason()).coded(news.code());
    events.accept(event);
    var level =
        event.severity() == NodeEvent.Severity.INFO
            ? System.Logger.Level.INFO
            : System.Logger.Level.WARNING;
    LOG.log(level, event.text() + (news.code().isEmpty() ? "" : " code=" + news.code()));
  }

  private void flipped(RoadNews news, int from, int to) {
    meters.count(Metric.GATE_FLIPS_TOTAL, "FLIPPED");
    if (news.took().isPositive()) meters.time(Metric.GATE_FLIP_SECONDS, news.took());
    GateFlipEvent.emit(flip(news, from, to, news.reason()));
  }

  /** On which version it stays the news do not say. */
  private void stayed(RoadNews news) {
    meters.count(Metric.GATE_FLIPS_TOTAL, "STAYED");
    GateFlipEvent.emit(flip(news, 0, 0, news.code()));
  }

  private static GateFlipEvent.Flip flip(RoadNews news, int from, int to, String cause) {
    var change = TransportRule.CHANGE.name();
    return new GateFlipEvent.Flip(change, news.peer().toString(), from, to, cause);
  }

  private static NodeEvent event(RoadNews news) {
    var known = news.at().equals(Endpoint.NONE);
    var peer = known ? news.peer().toString() : "";
    return switch (news.what()) {
      case DOWNGRADED ->
          NodeEvent.warn(
              "link.downgraded", peer, peer + " is reached over HTTP/2: UDP got no answer");
      case UDP_BLOCKED ->
          NodeEvent.warn(
              "link.udp_blocked",
              "",
              "UDP is blocked at this host: all but few peers are reached over HTTP/2");
      case PROMOTED ->
          NodeEvent.info("link.promoted", peer, peer + " is reached over HTTP/3 again");
      case LEGACY ->
          NodeEvent.info(
              "link.legacy", peer, peer + " is reached over version 1 of the transport, as told");
      case LEFT_LEGACY ->
          NodeEvent.info(
              "link.left_legacy", peer, peer + " is reached over version 2 of the transport again");
      case BLOCKED ->
          NodeEvent.warn(
              "link.blocked", peer, peer + " is not dialled for a while: an identity was refused");
      case NO_UDP ->
          NodeEvent.warn(
              "link.no_road",
              peer,
              (known ? peer : news.at())
                  + " is not reached: UDP gets no answer, and listen.transport = h3 permits no"
                  + " HTTP/2; let UDP of the mesh port pass, or permit HTTP/2 with auto");
      case NO_VERSION ->
          NodeEvent.warn(
              "link.no_road",
              peer,
              peer
                  + " has no link: its region and ours permit no common version of the transport;"
                  + " let listen.versions of both regions overlap, on every node");
      case NOT_SWITCHED ->
          NodeEvent.warn(
              "link.not_switched",
              peer,
              peer
                  + " stays on the road there is: that of the version that is wanted cannot be had;"
                  + " it may not have heard of that version yet, or, where nothing was committed,"
                  + " listen.versions are not the same on every node");
    };
  }
}
