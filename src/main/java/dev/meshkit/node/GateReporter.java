package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.election.Verdict;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.Subject;
import dev.meshkit.link.Links;
import dev.meshkit.link.PeerRoad;
import dev.meshkit.link.RoadChange;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.wire.GateReport;
import dev.meshkit.wire.LeaderReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What this node says of a change to whoever asks: what its build can run, what it has adopted, and
 * which versions its runs and links use. Thread-safe.
 */
final class GateReporter implements LeaderCalls.Reporting {
  private final NodeId self;
  private final DeterministicGate gate;
  private final Views views;
  private final Links links;
  private final Clocks clocks;
  private final Instant sinceMonotonic;

  GateReporter(NodeId self, DeterministicGate gate, Views views, Links links, Clocks clocks) {
    this.self = self;
    this.gate = gate;
    this.views = views;
    this.links = links;
    this.clocks = clocks;
    this.sinceMonotonic = clocks.monotonic().instant();
  }

  @Override
  public LeaderReply of(String change, Duration within) throws InterruptedException {
    return switch (report(change)) {
      case Result.Ok<GateReport>(var report) -> new LeaderReply.Reported(report);
      case Result.Err<GateReport> _ -> new LeaderReply.Settled(new Verdict.Indeterminate());
    };
  }

  /** Of a change by its name, the region put in; an error is the store's. */
  Result<GateReport> report(String name) throws InterruptedException {
    var asked = clocks.wall().instant(); // what is in use is so later than this
    var watched = Duration.between(sinceMonotonic, clocks.monotonic().instant());
    var known = gate.known(name);
    if (known.isEmpty()) return Result.ok(GateReport.unknown(watched));
    var change = known.get();
    var used = gate.uses(name);
    if (!(used instanceof Result.Ok<Map<Integer, Instant>>(var runs))) return used.cast();
    var uses = new TreeMap<>(runs);
    var region = change.region(name).orElse("");
    if (change.equals(TransportRule.CHANGE))
      links(region).forEach((version, at) -> uses.merge(version, at, GateReporter::later));
    var support = change.support();
    return Result.ok(
        new GateReport(
            support.min(),
            support.max(),
            change.baseline(),
            GateCatalogue.number(change.key()),
            region,
            epoch(change, region),
            watched,
            uses.entrySet().stream()
                .limit(GateReport.MAX_USES)
                .map(use -> new GateReport.Use(use.getKey(), ago(use.getValue(), asked)))
                .toList()));
  }

  private static Duration ago(Instant wall, Instant asked) {
    var ago = Duration.between(wall, asked);
    return ago.isNegative() ? Duration.ZERO : ago;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** What the gate goes by in the own region, and links in the others. */
  private long epoch(Change change, String region) {
    var isOwn = region.isEmpty() || region.equals(self.region());
    if (isOwn) return gate.epoch(change);
    if (!change.equals(TransportRule.CHANGE)) return 0;
    var there = TransportRule.entries(views.all()).get(region);
    return there == null ? 0 : there.entry().epoch();
  }

  /**
   * Which version of the transport a link of this node runs.
   *
   * @param version of what carries it now
   * @param since when it was not another, by the wall clock
   */
  record OfLink(int version, Instant since) {}

  /** That of a link that ends here and is up; empty otherwise. */
  Optional<OfLink> link(Subject link) {
    var ends = TransportRule.ends(link);
    if (!ends.contains(self)) return Optional.empty();
    var peer = ends.getFirst().equals(self) ? ends.getLast() : ends.getFirst();
    return Optional.ofNullable(links.peerRoads().get(peer)).flatMap(GateReporter::carried);
  }

  private static Optional<OfLink> carried(PeerRoad road) {
    return road.live()
        .map(kind -> version(kind.name()))
        .flatMap(now -> since(road, now).map(since -> new OfLink(now, since)));
  }

  /** Since when it is up and of this version: another road of the same is no news. */
  private static Optional<Instant> since(PeerRoad road, int now) {
    for (var change : road.history().reversed())
      if (!carries(change.from()) || version(change.from()) != now)
        return Optional.of(change.atWall());
    return road.history().stream().findFirst().map(RoadChange::atWall); // that is all there is
  }

  private static boolean carries(String road) {
    return Arrays.stream(RoadKind.values()).anyMatch(kind -> kind.name().equals(road));
  }

  /** The versions of the transport on links of a region, and when one was left. */
  private Map<Integer, Instant> links(String region) {
    var uses = new TreeMap<Integer, Instant>();
    links
        .peerRoads()
        .forEach(
            (peer, road) -> {
              if (peer.region().equals(region) || self.region().equals(region)) use(uses, road);
            });
    return uses;
  }

  private void use(Map<Integer, Instant> uses, PeerRoad road) {
    road.live().ifPresent(kind -> uses.put(version(kind.name()), clocks.wall().instant()));
    for (var left : road.history())
      if (left.from().equals(RoadKind.LEGACY.name()))
        uses.merge(RoadPolicy.LEGACY, left.atWall(), GateReporter::later);
  }

  private static int version(String road) {
    return road.equals(RoadKind.LEGACY.name()) ? RoadPolicy.LEGACY : RoadPolicy.CURRENT;
  }
}
