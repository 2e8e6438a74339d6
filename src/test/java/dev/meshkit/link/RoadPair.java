package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.security.Credentials;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two nodes with a road of one kind, dialled by {@code a}, and the words that they have said. */
record RoadPair(RoadKind kind, Lab.Station a, Lab.Station b, List<String> words) {
  /** One pair for each kind of road; none wants the other yet. */
  static List<RoadPair> ofEachKind(Lab lab, RoadTimes dialler, RoadTimes listener) {
    var pairs = new ArrayList<RoadPair>();
    for (var kind : RoadKind.values()) {
      var name = kind.name().toLowerCase(Locale.ROOT);
      var a = station(lab, "a" + name, kind, dialler);
      var b = station(lab, "b" + name, kind, listener);
      pairs.add(new RoadPair(kind, a, b, new ArrayList<>()));
    }
    return pairs;
  }

  /** A node all of whose roads are of this kind. */
  static Lab.Station station(Lab lab, String name, RoadKind kind, RoadTimes times) {
    var id = NodeId.of("eu", name);
    return station(lab, id, lab.ca.node(id), kind, times);
  }

  /** The same, with these credentials. */
  static Lab.Station station(
      Lab lab, NodeId id, Credentials credentials, RoadKind kind, RoadTimes times) {
    var mode = mode(kind);
    var station =
        lab.node(
            id,
            credentials,
            options ->
                options.withMode(mode).withTimes(times).withLegacy(new Endpoint("127.0.0.1", 0)));
    var version = kind == RoadKind.LEGACY ? 1 : 2;
    var window = new RoadPolicy.Window(version, 2, version);
    station.links.policy(new RoadPolicy(mode, Map.of("eu", window))).orThrow();
    return station;
  }

  /** In which a node has roads of this kind, where the policy asks for that version. */
  static RoadMode mode(RoadKind kind) {
    return switch (kind) {
      case H3 -> RoadMode.H3;
      case H2 -> RoadMode.H2;
      case LEGACY -> RoadMode.AUTO;
    };
  }

  /** The same listener, with another dialler, which does not want it yet. */
  RoadPair guest(Lab lab, RoadTimes times) {
    return new RoadPair(kind, station(lab, "g" + a.id.name(), kind, times), b, new ArrayList<>());
  }

  /** Whether both their streams are live, on their road. */
  boolean isUp() {
    return a.links.roads().equals(Map.of(b.id, kind))
        && b.links.up().contains(a.id)
        && a.links.isLive(Family.ELECT)
        && b.links.isLive(Family.ELECT);
  }
}
