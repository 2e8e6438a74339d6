package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.link.PeerRoad;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.wire.HelloCodec;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The member list as operators see it. Thread-safe. */
final class MemberDesk {
  /** The label under which a node says which build it runs; not shown among the operator's. */
  static final String VERSION = "meshkit.version";

  /** The label under which a node says which wire versions it speaks; not shown either. */
  static final String WIRE = "meshkit.wire";

  /** The label under which a node says its legacy port, while it has one; not shown either. */
  static final String LEGACY = "meshkit.legacy";

  /** The label under which a node says by which store it would vote; not shown either. */
  static final String VOTES = "meshkit.votes";

  /** The label under which a node says when its certificate ends, seconds since 1970. */
  static final String CERTIFIED = "meshkit.certified";

  /** The label that a node has while it drains, before it goes. */
  static final String DRAINING = "meshkit.draining";

  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");
  private static final Pattern STORE = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");
  private static final Pattern OLDEST_TO_NEWEST = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  private final Sightings sightings;
  private final OwnCredentials own;
  private final Supplier<Map<NodeId, PeerRoad>> roads;

  MemberDesk(Sightings sightings, OwnCredentials own, Supplier<Map<NodeId, PeerRoad>> roads) {
    this.sightings = sightings;
    this.own = own;
    this.roads = roads;
  }

  /** Each member, this node included, by name. */
  List<MemberItem> items(Snapshot seen) {
    var open = roads.get();
    return seen.mesh().members().stream().map(member -> item(seen, member, open)).toList();
  }

  private MemberItem item(Snapshot seen, Member member, Map<NodeId, PeerRoad> open) {
    var item =
        MemberItem.newBuilder()
            .setNode(seen.names().text(member.node()))
            .setRegion(member.node().region())
            .setZone(member.zone())
            .setStatus(MemberItem.Status.valueOf(member.status().name()))
            .setSince(Times.of(sightings.sinceWall(member.node().toString())))
            .setGeneration(member.generation())
            .setIncarnation(member.incarnation())
            .setAddress(member.at().toString())
            .setVersion(member.labels().getOrDefault(VERSION, ""));
    seen.ledBy(member.node()).stream().map(Scope::text).forEach(item::addLeads);
    seen.votedInBy(member.node()).stream().map(Scope::text).forEach(item::addVotes);
    member.labels().forEach((name, value) -> label(item, name, value));
    var self = member.node().equals(seen.self());
    if (self) item.setCertNotAfter(Times.of(own.now().notAfter()));
    else certified(member).map(Times::of).ifPresent(item::setCertNotAfter);
    if (self) return item.setRoad(MemberItem.Road.SELF).build();
    var road = open.get(member.node());
    if (road != null) road(item, road);
    return item.build();
  }

  /** What this build puts under {@link #WIRE}. */
  static String wire() {
    return HelloCodec.WIRE_VERSION + "-" + HelloCodec.WIRE_VERSION;
  }

  /** Where a member's legacy port is, {@link Endpoint#NONE} if it has none. */
  static Endpoint legacyAt(Member member) {
    var said = member.labels().getOrDefault(LEGACY, "");
    if (!PORT.matcher(said).matches()) return Endpoint.NONE; // a peer may say what it likes
    var port = Integer.parseInt(said);
    return port > 65_535 ? Endpoint.NONE : new Endpoint(member.at().host(), port);
  }

  /** By which store a member would vote, empty if it does not say. */
  static Bytes votesBy(Member member) {
    var said = member.labels().getOrDefault(VOTES, "");
    return STORE.matcher(said).matches() ? Bytes.of(HexFormat.of().parseHex(said)) : Bytes.EMPTY;
  }

  /** Whether a member says that it is about to go. */
  static boolean drains(Member member) {
    return member.labels().containsKey(DRAINING);
  }

  /** When a member's certificate ends, as it says itself; empty if it does not say. */
  static Optional<Instant> certified(Member member) {
    var said = member.labels().getOrDefault(CERTIFIED, "");
    return SECONDS.matcher(said).matches()
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(said)))
        : Optional.empty();
  }

  private static void label(MemberItem.Builder item, String name, String value) {
    switch (name) {
      case LEGACY, VOTES, CERTIFIED -> {} // for peers, or with a field of its own
      case VERSION -> {} // has a field of its own
      case DRAINING -> item.setDraining(true);
      case WIRE -> {
        var range = OLDEST_TO_NEWEST.matcher(value);
        if (!range.matches()) return; // a peer may say what it likes
        item.setWireMin(Integer.parseInt(range.group(1)));
        item.setWireMax(Integer.parseInt(range.group(2)));
      }
      default -> item.putLabels(name, value);
    }
  }

  private static void road(MemberItem.Builder item, PeerRoad road) {
    road.live().ifPresent(live -> item.setRoad(kind(live)));
    if (road.isBlocked()) item.setRoad(MemberItem.Road.BLOCKED);
    item.setRoadCode(road.code());
    road.roundTrip().ifPresent(rtt -> item.setRtt(Times.of(rtt)));
    for (var change : road.history()) {
      item.addRoadHistory(
          MemberItem.RoadChange.newBuilder()
              .setAt(Times.of(change.atWall()))
              .setFrom(change.from())
              .setTo(change.to())
              .setReason(change.reason()));
    }
  }

  private static MemberItem.Road kind(RoadKind road) {
    return switch (road) {
      case H3 -> MemberItem.Road.H3;
      case H2 -> MemberItem.Road.H2;
      case LEGACY -> MemberItem.Road.LEGACY;
    };
  }
}
