package dev.meshkit.node;

import dev.meshkit.api.Result;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.HttpServer;
import dev.meshkit.control.SocketPath;
import dev.meshkit.observe.Metric;
import dev.meshkit.pipeline.Compensation;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The doors of a node: the admin socket for its operators, and HTTP on loopback for machines.
 * Opened last: whoever asks finds a node that answers, be it that it is still starting.
 *
 * @param config what the node was told
 * @param ends closes them when the node stops, or its start fails
 */
record Doors(MeshConfig config, Compensation ends) {
  /** Opens what is configured; {@code http} hears where that door is. */
  Result<Node> open(Node node, NodeStart.Made made, AtomicReference<String> http) {
    NodeGauges.register(made.base().meters(), made.life(), node);
    made.base().meters().gauge(Metric.STREAM_UNSENT_BYTES, made.outbound()::unsentBytes, "DELIVER");
    var desks = desks(node, made);
    return AdminServer.open(SocketPath.of(made.base().dir(), System.getenv()), desks)
        .onOk(admin -> ends.onFailure("close the admin socket", admin::close))
        .flatMap(_ -> config.http().isOff() ? Result.ok(node) : served(node, made, desks, http));
  }

  private Result<Node> served(
      Node node, NodeStart.Made made, Desks desks, AtomicReference<String> http) {
    return HttpServer.open(config.http().listen(), desks, made.base().meters()::scrape)
        .onOk(server -> ends.onFailure("close the HTTP port", server::close))
        .onOk(server -> http.set("http://" + server.at() + "/"))
        .map(_ -> node);
  }

  private Desks desks(Node node, NodeStart.Made made) {
    var base = made.base();
    var pulse = new Pulse(base.clocks().monotonic());
    pulse.watch("gossip", made.inputs());
    made.scopes().forEach((scope, election) -> pulse.watch("election-" + scope, election.inputs()));
    var redrives = new RedriveWatch(made.tasks().poison(), made.outbound(), made.sightings());
    ends.onFailure("follow no redrive any more", redrives::close);
    return new Desks(
        node,
        base.cluster(),
        new Desks.All(
            new StatusDesk(
                config,
                base.clocks(),
                base.own(),
                made.life(),
                new Desks.Stores(
                    base.mesh(),
                    made.tasks()::stats,
                    made.changes().gates()::conflicts,
                    made.changes().gates()::stuck,
                    made.changes().transport()::trouble),
                made.links()),
            new MemberDesk(made.sightings(), base.own(), made.links()::peerRoads),
            new LeaderDesk(made.scopes(), base.clocks()),
            new ScopeDesk(made.leaders(), made.scopes(), base.chance()),
            new RecoveryDesk(
                base.cluster(),
                made.scopes(),
                made.leaders()::ask,
                made.sightings(),
                base.chance()),
            gates(made),
            new ForgetDesk(
                base.self(), made.changes().forgotten(), made.outbound(), made.tasks()::stats),
            new QueueDesk(made.tasks(), made.outbound(), base.clocks().wall(), made.sightings()),
            new PoisonDesk(made.tasks(), redrives),
            new BackupDesk(base.mesh(), made.sightings()),
            new EventDesk(base.mesh(), base.self()),
            new TraceDesk(base.mesh(), config.queue().trace()),
            pulse));
  }

  private static Desks.GateDesks gates(NodeStart.Made made) {
    var base = made.base();
    var changes = made.changes();
    var catalogue =
        new GateCatalogue(changes.gates().gate(), made.views(), changes.transport()::configured);
    return new Desks.GateDesks(
        new GateDesk(base.mesh(), catalogue, changes.reporter(), made.leaders(), base.clocks()),
        new GateOrders(
            catalogue,
            changes.gates(),
            made.leaders(),
            base.clocks(),
            base.chance(),
            base.settings().config().gate().retireSoak()),
        new EffectDesk(base.mesh(), changes.gates().effects(), made.sightings()),
        new RunDesk(base.mesh(), changes.gates().effects(), made.sightings()));
  }
}
