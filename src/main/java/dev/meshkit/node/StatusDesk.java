package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.link.Links;
import dev.meshkit.link.PeerRoad;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.queue.QueueStats;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The node itself as operators see it: what readiness and liveness judge by. Thread-safe. */
final class StatusDesk {
  private static final long PAGE_BYTES = 4_096;

  private final MeshConfig config;
  private final Clocks clocks;
  private final OwnCredentials own;
  private final Life life;
  private final Supplier<QueueStats> queue;
  private final Desks.Stores stores;
  private final Store store;
  private final Links links;

  StatusDesk(
      MeshConfig config,
      Clocks clocks,
      OwnCredentials own,
      Life life,
      Desks.Stores stores,
      Links links) {
    this.config = config;
    this.clocks = clocks;
    this.own = own;
    this.life = life;
    this.queue = stores.queue();
    this.store = stores.mesh();
    this.stores = stores;
    this.links = links;
  }

  /** All of it, but for the envelope. */
  NodeStatus status(Snapshot seen, Endpoint mesh, String http) {
    var checks = checks();
    var status =
        NodeStatus.newBuilder()
            .setNode(config.node().name())
            .setRegion(config.node().region())
            .setZone(config.node().zone())
            .setState(life.state())
            .setHealth(worst(checks))
            .addAllChecks(checks)
            .setVersion(BuildInfo.current().version())
            .setPid((int) ProcessHandle.current().pid())
            .setStartedAt(Times.of(life.startedWall()))
            .setReadyAfter(Times.of(life.readyAfter()))
            .setDataDir(config.data().dir().toString())
            .setListeners(listeners(mesh, http))
            .setMembers(counts(seen))
            .setQueue(tasks())
            .setStore(files())
            .setCertNotAfter(Times.of(own.now().notAfter()))
            .setRssBytes(residentBytes())
            .setRoads(roads(seen.self(), seen.mesh().members(), links.peerRoads()));
    seen.ledBy(seen.self()).forEach(scope -> status.addLeads(scope.text()));
    return status.build();
  }

  private NodeStatus.Listeners listeners(Endpoint mesh, String http) {
    var bound = links.legacy();
    var isBound = !bound.equals(Endpoint.NONE);
    return NodeStatus.Listeners.newBuilder()
        .setMesh(mesh.toString())
        .setHttp(http)
        .setLegacy(isBound ? new Endpoint(mesh.host(), bound.port()).toString() : "")
        .build();
  }

  /** What {@code /readyz} judges by: never leadership, quorum or peers. */
  List<Check> checks() {
    return List.of(identity(), storage(), gates(), runs(), transport(), state());
  }

  private Check identity() {
    var left = Duration.between(clocks.wall().instant(), own.now().notAfter());
    var text = "certificate ends " + own.now().notAfter();
    if (!left.isPositive()) {
      return check("identity", Health.FAIL, text)
          .setCode("MK-TLS-004")
          .setFix(
              "renew the certificate: it is read again by itself; a --dev node: stop it, move "
                  + config.data().dir().resolve("identity")
                  + " away, and start it again")
          .build();
    }
    return check("identity", Health.OK, text).build();
  }

  private Check storage() {
    var failure = store.failure();
    if (failure.isPresent()) return storage(Health.FAIL, failure.get());
    var trouble = store.trouble();
    if (trouble.isPresent()) return storage(Health.WARN, trouble.get());
    return check("store", Health.OK, "both databases are writable").build();
  }

  /** G5: the work is refused until somebody acts, so readiness fails. */
  private Check gates() {
    var conflicts = stores.conflicts().get();
    return conflicts.isEmpty()
        ? check("gates", Health.OK, "this build runs every version that is committed").build()
        : first("gates", Health.FAIL, conflicts);
  }

  /** They wait for somebody, and nothing else does: the node is ready. */
  private Check runs() {
    var stuck = stores.stuck().get();
    return stuck.isEmpty()
        ? check("runs", Health.OK, "no run waits for another build or an operator").build()
        : first("runs", Health.WARN, stuck);
  }

  private static Check first(String name, Health health, List<MeshError> all) {
    var first = all.getFirst();
    var more = all.size() == 1 ? "" : ", and " + (all.size() - 1) + " more";
    return check(name, health, first.text() + more)
        .setCode(first.details().getOrDefault("mk", ""))
        .setFix(first.fix())
        .build();
  }

  private Check transport() {
    var trouble = stores.transport().get();
    if (trouble.isEmpty())
      return check("transport", Health.OK, "links go by what is committed").build();
    var error = trouble.get();
    return check("transport", Health.WARN, "links stay as they are: " + error.text())
        .setCode(error.details().getOrDefault("mk", ""))
        .setFix(error.fix())
        .build();
  }

  private static Check storage(Health health, MeshError error) {
    return check("store", health, error.text())
        .setCode(error.details().getOrDefault("mk", ""))
        .setFix(error.fix())
        .build();
  }

  private Check state() {
    var ready = life.state() == NodeStatus.State.READY;
    return check("state", ready ? Health.OK : Health.FAIL, life.state().name()).build();
  }

  private static Check.Builder check(String name, Health health, String text) {
    return Check.newBuilder().setName(name).setStatus(health).setText(text);
  }

  private static Health worst(List<Check> checks) {
    var worst = Health.OK;
    for (var check : checks) if (check.getStatus().compareTo(worst) > 0) worst = check.getStatus();
    return worst;
  }

  private static NodeStatus.MemberCounts counts(Snapshot seen) {
    return NodeStatus.MemberCounts.newBuilder()
        .setAlive(count(seen, Member.Status.ALIVE))
        .setSuspect(count(seen, Member.Status.SUSPECT))
        .setDead(count(seen, Member.Status.DEAD))
        .setLeft(count(seen, Member.Status.LEFT))
        .build();
  }

  private static int count(Snapshot seen, Member.Status status) {
    return (int) seen.mesh().members().stream().filter(m -> m.status() == status).count();
  }

  /** What carries the streams with the others that are alive, or why nothing does. */
  static NodeStatus.RoadCounts roads(
      NodeId self, List<Member> members, Map<NodeId, PeerRoad> open) {
    var counts = NodeStatus.RoadCounts.newBuilder();
    var slowest = Duration.ZERO;
    for (var member : members) {
      if (member.node().equals(self) || member.status() != Member.Status.ALIVE) continue;
      var road = open.get(member.node());
      switch (road == null ? null : road.live().orElse(null)) {
        case null -> {
          if (road != null && road.isBlocked()) counts.setBlocked(counts.getBlocked() + 1);
          else counts.setNone(counts.getNone() + 1);
        }
        case H3 -> counts.setH3(counts.getH3() + 1);
        case H2 -> counts.setH2(counts.getH2() + 1);
        case LEGACY -> counts.setLegacy(counts.getLegacy() + 1);
      }
      var rtt = road == null ? Duration.ZERO : road.roundTrip().orElse(Duration.ZERO);
      if (rtt.compareTo(slowest) > 0) slowest = rtt;
    }
    if (slowest.isPositive()) counts.setSlowestRtt(Times.of(slowest));
    return counts.build();
  }

  private NodeStatus.TaskCounts tasks() {
    var stats = queue.get();
    return NodeStatus.TaskCounts.newBuilder()
        .setReady(Math.toIntExact(stats.ready()))
        .setDelayed(Math.toIntExact(stats.delayed()))
        .setLeased(Math.toIntExact(stats.leased()))
        .setDead(Math.toIntExact(stats.dead()))
        .build();
  }

  private NodeStatus.StoreStatus files() {
    var dir = config.data().dir();
    return NodeStatus.StoreStatus.newBuilder()
        .setBytes(size(dir.resolve("mesh.db")))
        .setWalBytes(size(dir.resolve("mesh.db-wal")))
        .build();
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException _) {
      return 0; // it went away between the two calls: a WAL does
    }
  }

  /** Resident memory as Linux counts it; 0 where it does not say. */
  private static long residentBytes() {
    try {
      var pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
      return Long.parseLong(pages[1]) * PAGE_BYTES;
    } catch (IOException | NumberFormatException _) {
      return 0; // not Linux
    }
  }
}
