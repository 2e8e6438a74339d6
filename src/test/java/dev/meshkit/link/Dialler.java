package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import dev.meshkit.transport.RoadTools;
import dev.meshkit.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What a node's lines and roads stand on, to dial one {@link Host}, without a node. */
final class Dialler implements Inbound, AutoCloseable {
  final List<String> heard = new CopyOnWriteArrayList<>();
  final Meters meters = new Meters(Map.of());

  /** Whose lines were told that a road of ours carries something. */
  final List<NodeId> gathered = new CopyOnWriteArrayList<>();

  final LinkContext context;

  /** Where the host is; another path to it, or a bug. */
  volatile Supplier<Endpoint> whereabouts;

  /** Where its legacy port is, as the host says; and the version of the road to it. */
  volatile Endpoint legacy = Endpoint.NONE;

  volatile int version = RoadPolicy.CURRENT;

  private final Transport transport;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Dialler(Lab lab, Host host) {
    this(lab, host, RoadTimes.DEFAULTS, Clocks.system());
  }

  Dialler(Lab lab, Host host, RoadTimes times, Clocks clocks) {
    this(lab, host, times, new Fate(clocks, Chance.secure()));
  }

  /** With these lots. */
  Dialler(Lab lab, Host host, RandomGenerator chance) {
    this(lab, host, RoadTimes.DEFAULTS, new Fate(Clocks.system(), chance));
  }

  /** What is not up to a node. */
  private record Fate(Clocks clocks, RandomGenerator chance) {}

  private Dialler(Lab lab, Host host, RoadTimes times, Fate fate) {
    var clocks = fate.clocks();
    whereabouts = host::at;
    var options =
        LinkOptions.of(Lab.A, Lab.CLUSTER).withSilence(Duration.ofHours(1)).withTimes(times);
    var own = OwnCredentials.of(lab.ca.node(Lab.A));
    transport = new Transport(own, options.mode(), new RoadTools(clocks, meters), options.times());
    var history = new RoadHistory(clocks.wall(), clocks.monotonic(), _ -> {});
    var roads =
        new PeerRoads(
            new PeerRoads.Parts(
                transport,
                _ -> whereabouts.get(),
                _ -> legacy,
                Set::of,
                options.redial(),
                _ -> OptionalInt.of(version),
                times,
                clocks,
                fate.chance(),
                meters,
                history,
                new Nobody()));
    var ports =
        new LinkPorts(
            this,
            (_, _) -> {},
            _ -> host.at(),
            _ -> Endpoint.NONE,
            Set::of,
            clocks,
            fate.chance(),
            meters,
            _ -> {});
    context =
        new LinkContext(
            options,
            ports,
            HelloRules.ours(options),
            roads,
            history,
            threads,
            new Telling(clocks.monotonic()));
  }

  PeerRoads roads() {
    return context.roads();
  }

  /** Moves no stream. */
  private final class Nobody implements PeerRoads.Mover {
    @Override
    public void move(Road to) {}

    @Override
    public void hurry(NodeId peer) {}

    @Override
    public void gather(NodeId peer) {
      gathered.add(peer);
    }
  }

  @Override
  public void up(NodeId peer) {}

  @Override
  public void down(NodeId peer, boolean refused) {}

  @Override
  public void frame(NodeId from, Family family, Bytes frame) {
    if (frame.utf8().equals("poison")) throw new IllegalStateException("a planted bug");
    heard.add(family + " " + frame.utf8());
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) {
    return Result.ok(request);
  }

  @Override
  public void close() throws InterruptedException {
    threads.shutdownNow();
    context.roads().close(Duration.ZERO);
    transport.close();
  }
}
