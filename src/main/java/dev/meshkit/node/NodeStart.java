package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.discovery.SeedSource;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Input;
import dev.meshkit.link.Deliveries;
import dev.meshkit.link.Dispatcher;
import dev.meshkit.link.LinkOptions;
import dev.meshkit.link.LinkPorts;
import dev.meshkit.link.Links;
import dev.meshkit.link.LocalAddresses;
import dev.meshkit.link.Outbound;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.pipeline.Step;
import dev.meshkit.queue.Inbox;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.StoreAccess;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Builds a node from the ground up: databases, cores and their loops, handlers, then listeners and
 * doors. All that can fail comes first, and until then the node promises nothing to anybody: it
 * takes no message and casts no vote. So whatever fails, what was opened is closed again in
 * reverse, and a database that this start made goes with it (its lock file stays: somebody may wait
 * for it). Used once, by one thread.
 */
final class NodeStart {
  private static final int MAILBOX = 4_096;
  private static final Duration GOODBYE_WITHIN = Duration.ofSeconds(2);
  private static final Duration STEP_DOWN_WITHIN = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration UNDO_WITHIN = Duration.ofMinutes(1);

  private final MeshConfig config;
  private final Map<String, Handler> handlers;
  private final Compensation ends;

  /** What {@code ends} holds already is ended last. */
  NodeStart(MeshConfig config, Map<String, Handler> handlers, Compensation ends) {
    this.config = config;
    this.handlers = Map.copyOf(handlers);
    this.ends = ends;
  }

  /** The node, ready; or why not: then nothing is left open, and no database that was not there. */
  Result<Node> open() {
    try (var undo = Compensation.open("opening node " + config.node().id(), UNDO_WITHIN)) {
      undo.onFailure("close what was opened", () -> Node.end(ends));
      var node = prepared().map(this::live);
      if (node.isOk()) undo.keep();
      return node;
    }
  }

  /** All that can fail. What it undoes comes before anything is closed. */
  Result<Built> prepared() {
    try (var undo = Compensation.open("preparing node " + config.node().id())) {
      var built =
          FreePorts.of(config)
              .flatMap(free -> Foundation.lay(free, new Foundation.Scopes(ends, undo)))
              .flatMap(this::built);
      if (built.isOk()) undo.keep();
      return built;
    }
  }

  /** A node that only has to be told to go. */
  record Built(Node node, Made made) {}

  private Result<Built> built(Foundation base) {
    try {
      return assembled(base);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Result.err(interrupted(base));
    }
  }

  /** The caller's interruption, which stays set: {@code Canceled} is what a combinator says. */
  private static MeshError interrupted(Foundation base) {
    return MeshError.of(
        "error.draining",
        "starting node " + base.self(),
        "the thread that starts it was interrupted",
        "start it again; nothing of this start was left",
        MeshError.Retry.SAFE);
  }

  private Result<Built> assembled(Foundation base) throws InterruptedException {
    var life = new Life(base.clocks());
    var kept = config.history();
    var sightings =
        new Sightings(new History(base.mesh(), base.clocks().wall(), kept), base.clocks().wall());
    var settled = Ports.settled(config.listen());
    if (!(settled instanceof Result.Ok<Ports>(var listen))) return settled.cast();
    var inputs = new Mailbox<Input>(MAILBOX, base.clocks().monotonic());
    var known = Views.open(base.votes(), inputs);
    if (!(known instanceof Result.Ok<Views>(var views))) return known.cast();
    var policy = TransportDesk.known(config, views).policy();
    var absent = ForgottenPeers.open(base.mesh(), base.clocks().wall(), sightings);
    if (!(absent instanceof Result.Ok<ForgottenPeers>(var forgotten))) return absent.cast();
    var at = listen.by(policy.window(base.self().region()));
    var view =
        new GossipLoop.Ports(
            inputs, base.clocks(), base.jitter(), base.meters(), sightings, forgotten::seen);
    var gossip = gossip(base, view, at);
    if (!(gossip instanceof Result.Ok<GossipLoop>(var members))) return gossip.cast();
    var links = new AtomicReference<Links>();
    var elections = elections(base, members, inputs, sightings, links, views);
    if (!(elections instanceof Result.Ok<SortedMap<Scope, ScopeElection>>(var scopes))) {
      return elections.cast();
    }
    views.voting(scopes);
    var queue = SafeTaskQueue.open(base.mesh(), base.settings().outbound(), TaskCodec.BYTES);
    if (!(queue instanceof Result.Ok<SafeTaskQueue<Bytes>>(var tasks))) return queue.cast();
    ends.onFailure("close the queue", tasks::close);
    var maxRun = config.queue().inbox().maxRun();
    var deliveries = new Deliveries(handlers, new Inbox(base.mesh()), base.meters(), maxRun);
    Outbound.Streams peers = to -> Objects.requireNonNull(links.get(), "opened below").deliver(to);
    var self = new SelfRoad(base.self(), peers, deliveries);
    ends.onFailure("close the way to itself", self::close);
    var outbound =
        new Outbound(
            tasks,
            new Outbound.Ports(
                self,
                base.mesh()::uuid,
                base.mesh()::formers,
                peer -> base.denial(peer).or(() -> forgotten.gone(peer)),
                base.chance(),
                base.settings().lifetimes()));
    var leaders =
        new LeaderCalls(
            base.self(),
            scopes,
            () -> members.view().claims(),
            (to, ask, within) ->
                Objects.requireNonNull(links.get(), "opened below").command(to, ask, within),
            sightings,
            base.clocks().monotonic());
    var dispatcher = new Dispatcher(inputs, boxes(scopes), base.meters());
    var ports =
        new LinkPorts(
            new Arrivals(dispatcher, outbound, leaders, views),
            (from, stream) -> {
              life.awaitReady(); // until then no receipt: it would be a promise
              deliveries.serve(from, stream);
            },
            node -> members.view().at(node),
            node -> members.view().legacyAt(node),
            new LocalAddresses(base.clocks().monotonic()),
            base.clocks(),
            base.chance(),
            base.meters(),
            new RoadEvents(sightings, base.meters()));
    views.of(Scope.GLOBAL).map(Revocations::denied).ifPresent(base::refuse); // before it binds
    var opened =
        Links.open(linkOptions(base, listen, members.generation(), views), base.own(), ports);
    if (!(opened instanceof Result.Ok<Links>(var live))) return opened.cast();
    links.set(live);
    ends.onFailure("close the links", live::close);
    var transport = new TransportDesk(config, live, inputs, base::labels, views);
    var permitted = transport.begin();
    if (!permitted.isOk()) return permitted.cast();
    var identity =
        new IdentityDesk(base.identity(), base.own(), live, sightings, transport::retell);
    var revocations =
        new Revocations(base.self(), identity::revoke, inputs, sightings, scopes.values());
    views.watch(revocations);
    var effects = Gates.options(base.settings().config().gate(), base.cluster());
    var outbox = outbound.outbox(base.mesh());
    var gated = Gates.open(base.self(), base.mesh(), effects, outbox, views, ends);
    if (!(gated instanceof Result.Ok<Gates>(var gates))) return gated.cast();
    var reporter = new GateReporter(base.self(), gates.gate(), views, live, base.clocks());
    leaders.reporting(reporter);
    var desks = new Made.Changes(transport, identity, gates, reporter, forgotten);
    var made =
        new Made(
            base, life, sightings, members, scopes, leaders, tasks, outbound, live, desks, inputs,
            views);
    var built = finished(made);
    return built.isOk() ? base.note().flatMap(_ -> built) : built;
  }

  /**
   * Where a node will listen: known before it says so of itself, and before it binds. The legacy
   * port is bound when version 1 is permitted, which may be never.
   */
  private record Ports(Endpoint mesh, Endpoint legacy) {
    static Result<Ports> settled(ListenConfig said) {
      return Transport.settled(said.mesh())
          .flatMap(mesh -> Transport.settled(said.legacy()).map(at -> new Ports(mesh, at)));
    }

    /** Those that are bound where this is permitted. */
    Ports by(RoadPolicy.Window permitted) {
      return permitted.holds(RoadPolicy.LEGACY) ? this : new Ports(mesh, Endpoint.NONE);
    }
  }

  /** What has been made so far. */
  record Made(
      Foundation base,
      Life life,
      Sightings sightings,
      GossipLoop members,
      SortedMap<Scope, ScopeElection> scopes,
      LeaderCalls leaders,
      SafeTaskQueue<Bytes> tasks,
      Outbound outbound,
      Links links,
      Changes changes,
      Mailbox<Input> inputs,
      Views views) {
    /** What may be another while the node runs. */
    record Changes(
        TransportDesk transport,
        IdentityDesk identity,
        Gates gates,
        GateReporter reporter,
        ForgottenPeers forgotten) {}
  }

  private Result<GossipLoop> gossip(Foundation base, GossipLoop.Ports ports, Ports listen)
      throws InterruptedException {
    var attrs =
        Attrs.at(base.settings().advertised(listen.mesh()))
            .in(config.node().zone(), base.mesh().uuid())
            .labelled(Set.of(), base.labels(listen.legacy()));
    var options = GossipOptions.of(base.self(), attrs).timed(base.settings().gossip());
    return GossipLoop.open(options, new GossipDisk(base.mesh()), ports);
  }

  private Result<SortedMap<Scope, ScopeElection>> elections(
      Foundation base,
      GossipLoop members,
      Mailbox<Input> gossip,
      NodeEvent.Sink events,
      AtomicReference<Links> links,
      Views views)
      throws InterruptedException {
    var ports =
        new ElectionPorts(
            base.votes(),
            (to, key, frame) -> {
              var live = links.get();
              return live != null && live.send(to, dev.meshkit.transport.Family.ELECT, key, frame);
            },
            gossip,
            events,
            base.meters(),
            base.clocks(),
            base.jitter(),
            views,
            new SharedDisk());
    return new Electorates(base, ports, () -> members.view().members()).open();
  }

  private static Map<Scope, Mailbox<dev.meshkit.election.Input>> boxes(
      SortedMap<Scope, ScopeElection> scopes) {
    var boxes = new TreeMap<Scope, Mailbox<dev.meshkit.election.Input>>();
    scopes.forEach((scope, election) -> boxes.put(scope, election.inputs()));
    return boxes;
  }

  private LinkOptions linkOptions(Foundation base, Ports ports, long generation, Views views) {
    var named = new HashSet<NodeId>(config.election().global().voters());
    named.addAll(config.election().region().voters());
    return new LinkOptions(
        base.self(),
        base.cluster(),
        generation,
        ports.mesh(),
        ports.legacy(),
        base.settings().roads(),
        peer -> named.contains(peer) || views.voteTogether(base.self(), peer),
        base.settings().patience(),
        SILENCE);
  }

  private Result<Built> finished(Made made) {
    var base = made.base();
    var own = made.links().local();
    var http = new AtomicReference<>("");
    var parts =
        new NodeParts(
            base.self(),
            base.settings().advertised(own),
            http::get,
            base.clocks(),
            made.life(),
            new StoreAccess(base.mesh(), () -> {}),
            made.members(),
            made.scopes(),
            made.outbound(),
            made.changes(),
            loops(made));
    var node = new Node(parts, ends);
    return new Doors(config, ends).open(node, made, http).map(_ -> new Built(node, made));
  }

  /** Nothing is left that can fail: the node begins to speak, and ends in good order. */
  Node live(Built built) {
    var node = built.node();
    var made = built.made();
    ends.onFailure("end the loops", node::endLoops);
    ends.onFailure("say goodbye", () -> sayGoodbye(made.members()));
    ends.onFailure("close the way out", made.outbound()::close);
    ends.onFailure("step down", () -> stepDown(made.scopes(), STEP_DOWN_WITHIN));
    var redrives = new RedriveWatch(made.tasks().poison(), made.outbound(), made.sightings());
    ends.onFailure("follow no redrive any more", redrives::close);
    ends.onFailure("say that it drains", made.changes().transport()::drain);
    var seeds = SeedSource.fixed(config.discovery().seeds(), node.endpoint());
    made.inputs().offer(new Input.Seeds(seedsOf(seeds)));
    node.start();
    made.outbound().start();
    redrives.resume();
    made.life().enter(NodeStatus.State.READY, "open");
    return node;
  }

  private static List<Endpoint> seedsOf(SeedSource source) {
    try {
      return source.seeds();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** In all scopes at once; one that does not end in time keeps no other from it. */
  static void stepDown(SortedMap<Scope, ScopeElection> scopes, Duration within)
      throws InterruptedException {
    var steps = new ArrayList<Step<Unit>>();
    scopes.forEach((scope, election) -> steps.add(Step.of(() -> stepped(scope, election, within))));
    All.settled(steps).orThrow();
  }

  private static Result<Unit> stepped(Scope scope, ScopeElection election, Duration within)
      throws InterruptedException {
    if (election.stop(within)) return Result.ok();
    return Result.err(new MeshError.TimedOut(within, "stepping down in " + scope));
  }

  private static void sayGoodbye(GossipLoop members) throws InterruptedException {
    if (members.leave(GOODBYE_WITHIN)) return;
    throw new MeshException(new MeshError.TimedOut(GOODBYE_WITHIN, "saying goodbye to the mesh"));
  }

  private List<Loops.Loop> loops(Made made) {
    var all = new ArrayList<Loops.Loop>();
    all.add(new Loops.Loop("gossip", () -> gossiping(made)));
    made.scopes().values().forEach(election -> all.addAll(election.loops()));
    Founder.of(made).ifPresent(founder -> all.add(new Loops.Loop("founder", founder::run)));
    all.addAll(made.changes().gates().loops());
    all.add(made.changes().transport().loop());
    all.add(new Loops.Loop("identity", made.changes().identity()::watch));
    var inbox = new InboxLoop(new Inbox(made.base().mesh()), config.queue().inbox().keep());
    all.add(new Loops.Loop("inbox", inbox::run));
    all.add(new Loops.Loop("mesh.db", () -> StoreWatch.until(made.base().mesh())));
    all.add(new Loops.Loop("election.db", () -> StoreWatch.until(made.base().votes())));
    return all;
  }

  /** A core that ended because another process goes by this node's name stops the node. */
  private static void gossiping(Made made) throws InterruptedException {
    made.members().run(new LinkCalls(made.links(), made.views()));
    StoreWatch.unlessCloned(made.members());
  }
}
