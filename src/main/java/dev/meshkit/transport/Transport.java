package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.TransportDowngradeEvent;
import dev.meshkit.runtime.Fanout;
import dev.meshkit.security.OwnCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One node's roads: dials peers and listens for them. HTTP/3 goes first; HTTP/2, if permitted, 300
 * ms later, and its success waits for HTTP/3 until 2 s after the start. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  private final OwnCredentials own;
  private final RoadMode mode;
  private final RoadTools tools;
  private final RoadTimes times;
  private final TcpRoads tcp;

  /** Roads as {@code mode} permits, of whoever {@code own} says. Opens nothing yet. */
  public Transport(OwnCredentials own, RoadMode mode, RoadTools tools, RoadTimes times) {
    this.own = own;
    this.mode = mode;
    this.tools = tools;
    this.times = times;
    this.tcp = new TcpRoads(own, times);
  }

  /**
   * Whether {@link #listen} could bind now, with its errors; nothing stays bound. For a node that
   * must not touch its disk before it knows.
   */
  public static Result<Endpoint> probe(Endpoint at, RoadMode mode) {
    return Listener.probe(at, mode);
  }

  /** Whether {@link #listenLegacy} could bind now; the same. */
  public static Result<Endpoint> probeLegacy(Endpoint at) {
    return LegacyListener.probe(at);
  }

  /** The endpoint, with a port that is free now in the place of 0; errors as of {@link #listen}. */
  public static Result<Endpoint> settled(Endpoint at) {
    return Listener.settled(at);
  }

  /** Binds the permitted roads on one port. MK-NODE-002: it is taken; MK-NET-001: anything else. */
  public Result<Listener> listen(Endpoint at, MeshService service) {
    return Listener.bind(at, new Listener.Parts(own, mode, tools, tcp, service, times));
  }

  /**
   * Dials an endpoint over the permitted roads and checks who answers there. Blocks at most 5 s.
   */
  public Result<Dialled> dial(Approach to) throws InterruptedException {
    return raced(dialTo(to, mode), to);
  }

  /**
   * Dials beside a road that has fallen silent, so that another one is there before it is given up:
   * over the permitted roads, as {@link #dial(Approach)} does, but HTTP/2 waits less long for
   * HTTP/3, and what was won only counts if the silent road is silent still. Blocks at most 5 s,
   * and 250 ms.
   *
   * @return that road itself, if it answers after all
   */
  public Result<Dialled> dialBeside(Road silent, Endpoint at) throws InterruptedException {
    var to = new Approach(at, silent.peer(), true);
    return raced(new Dial(to, parts(mode), silent), to);
  }

  private Result<Dialled> raced(Dial dial, Approach to) throws InterruptedException {
    var asks = new ArrayList<Callable<Race.Attempt>>();
    if (mode.permits(RoadKind.H3)) asks.add(dial::overQuic);
    if (mode.permits(RoadKind.H2)) asks.add(dial::overTcp);
    return raced(dial, to, asks);
  }

  /**
   * Dials an endpoint over one kind of road alone, as beside the road there is. Blocks at most 5 s;
   * over the legacy socket, at most 5 s for each step.
   */
  public Result<Dialled> dial(RoadKind kind, Approach to) throws InterruptedException {
    var alone = kind == RoadKind.H3 ? mode : RoadMode.H2; // UDP has no part in the others
    var dial = dialTo(to, alone);
    Callable<Race.Attempt> ask =
        switch (kind) {
          case H3 -> dial::overQuic;
          case H2 -> dial::overTcp;
          case LEGACY -> dial::overLegacy;
        };
    return raced(dial, to, List.of(ask));
  }

  /** Whether a road was made with the certificate that this node shows now. */
  public boolean isCurrent(Road road) {
    return road.shown().equals(own.leaf());
  }

  /** Binds the legacy port. MK-NODE-002: it is taken; MK-NET-001: anything else. */
  public Result<LegacyListener> listenLegacy(Endpoint at, MeshService service) {
    return LegacyListener.listen(at, new LegacyListener.Parts(own, tools, service, times));
  }

  private Dial dialTo(Approach to, RoadMode alone) {
    return new Dial(to, parts(alone), null);
  }

  private Dial.Parts parts(RoadMode alone) {
    return new Dial.Parts(own, own.now(), alone, tools, tcp, times);
  }

  private Result<Dialled> raced(Dial dial, Approach to, List<Callable<Race.Attempt>> asks)
      throws InterruptedException {
    try {
      var limit = times.dial().plusSeconds(1);
      var race = Fanout.gather("dial " + to.at(), limit, Race.of(asks.size()), asks);
      if (race.winner().isPresent()) {
        var winner = race.winner().get();
        if (dial.isSilent(winner)) return Result.ok(Dialled.asWanted(winner));
        return Result.ok(won(dial.keep(winner), race, asks.size() > 1));
      }
      var failure =
          race.failure()
              .orElse(new RoadFailure(RoadFailure.Kind.TIMEOUT, "MK-TLS-013", "no answer in time"));
      return Result.err(dial.unreachable(failure).error("dial " + to.at()));
    } finally {
      dial.abandon();
    }
  }

  private Dialled won(Road road, Race race, boolean raced) {
    tools.meters().count(Metric.DIALS_TOTAL, road.kind().name(), "OK");
    if (!raced || road.kind() == RoadKind.H3) return Dialled.asWanted(road);
    // pending when HTTP/2's patience with it ended: it had no answer
    var reason = race.failure().map(RoadFailure::kind).orElse(RoadFailure.Kind.TIMEOUT).name();
    tools.meters().count(Metric.H3_FALLBACK_TOTAL, reason);
    TransportDowngradeEvent.emit(road.peer().toString(), reason);
    return new Dialled(road, Optional.of(reason), race.failure().isEmpty());
  }

  /** Ends the threads of HTTP/2. Roads and listeners are closed by whoever opened them. */
  @Override
  public void close() {
    tcp.close();
  }

  /** What a mode permits, in the order it is tried. */
  static List<RoadKind> permitted(RoadMode mode) {
    return java.util.stream.Stream.of(RoadKind.values()).filter(mode::permits).toList();
  }
}
