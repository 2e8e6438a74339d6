package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Settles what a {@code --dev} node was not told: its identity from the development CA beside its
 * data directory, loopback ports by its number, and who votes. Everything after that is the same
 * for every node.
 */
public final class DevHome {
  private static final String CA = "dev-ca";
  private static final int PORTS_A_NODE = 10;
  private static final InstantSource WALL = Clocks.system().wall();

  private DevHome() {}

  /**
   * The configuration with identity on disk and nothing left open. A node without seeds founds what
   * nobody has founded yet; one with seeds joins, and founds at most its region. Who has founded
   * the mesh and lost its directory since joins, too, once others have joined it (E30). Whatever is
   * wrong with what is there is found before anything is made or changed; what fails after that
   * takes back what was made, but for a CA: other nodes may use it already. Blocks for files only.
   */
  public static Result<MeshConfig> settle(MeshConfig config) {
    var placed = placed(config);
    var unfit = placed.listen().unfitForDev();
    if (unfit.isPresent()) return Result.err(unfit.get());
    try (var undo = Compensation.open("settle " + config.node().id())) {
      var settled =
          FreePorts.of(placed)
              .flatMap(DevHome::fits)
              .flatMap(_ -> DataDir.ready(dataDir(config), undo))
              .flatMap(_ -> DevCa.open(shared(config), WALL, Chance.secure()))
              .flatMap(ca -> enrolled(ca, placed, undo));
      if (settled.isOk()) undo.keep();
      return settled;
    }
  }

  /** Whether directory, CA, identity, databases and voters fit this node and each other. */
  private static Result<Unit> fits(MeshConfig config) {
    var self = config.node().id();
    var shared = shared(config);
    var joins = !config.discovery().seeds().isEmpty();
    var election = config.election();
    var said = election.vote().birth() != ElectionBirth.NONE;
    var mayFound = !joins || said || !election.global().voters().isEmpty();
    return DataDir.usable(dataDir(config))
        .flatMap(
            dir ->
                DevCa.cluster(shared)
                    .flatMap(ca -> cluster(ca, identity(config), self, shared))
                    .flatMap(cluster -> Foundation.inspected(dir, cluster, self)))
        .flatMap(_ -> DevCa.checkFounded(shared, Scope.GLOBAL, mayFound))
        .flatMap(_ -> joins || said ? Result.ok() : begins(config, self));
  }

  /**
   * Whether this node may begin the whole, if it is to and holds nothing of it. One with an
   * identity was settled, and has lost nothing: its start failed before it had databases.
   */
  private static Result<Unit> begins(MeshConfig config, NodeId self) {
    if (!config.election().global().voters().isEmpty()
        || !Foundation.isBlank(dataDir(config))
        || identity(config).exists()) return Result.ok();
    return DevCa.checkBegins(shared(config), Scope.GLOBAL, self);
  }

  /** The cluster of CA and identity, which must be one; empty if there is neither. */
  private static Result<String> cluster(
      String ca, IdentityStore identity, NodeId self, Path shared) {
    if (!identity.exists()) return Result.ok(ca);
    return identity
        .load(self)
        .flatMap(
            who -> {
              var own = who.who().cluster();
              return own.equals(ca) ? Result.ok(own) : Result.err(DevCa.other(own, ca, shared));
            });
  }

  /** A certificate is this node's own only when it is known whom it votes with. */
  private static Result<MeshConfig> enrolled(DevCa ca, MeshConfig config, Compensation undo) {
    var self = config.node().id();
    return ca.stage(identity(config), self)
        .onOk(staged -> undo.onFailure("drop the staged certificate", staged::drop))
        .flatMap(
            staged -> voters(ca, config, self).flatMap(known -> staged.adopt().map(_ -> known)));
  }

  private static IdentityStore identity(MeshConfig config) {
    return new IdentityStore(dataDir(config).resolve("identity"), WALL);
  }

  private static Path shared(MeshConfig config) {
    return dataDir(config).toAbsolutePath().normalize().resolveSibling(CA);
  }

  private static Path dataDir(MeshConfig config) {
    return config.data().dir();
  }

  /** Loopback, and ten ports on for each number at the end of the name, where nothing was said. */
  private static MeshConfig placed(MeshConfig config) {
    var shift = PORTS_A_NODE * (number(config.node().name()) - 1);
    var placed = config;
    if (config.listen().mesh().equals(ListenConfig.defaults().mesh())) {
      var port = config.listen().mesh().port() + shift;
      placed = placed.withListen(config.listen().withMesh(new Endpoint("127.0.0.1", port)));
    }
    if (config.listen().legacy().equals(ListenConfig.defaults().legacy())) {
      var port = config.listen().legacy().port() + shift;
      placed = placed.withListen(placed.listen().withLegacy(new Endpoint("127.0.0.1", port)));
    }
    if (config.http().equals(HttpConfig.defaults())) {
      var port = config.http().listen().port() + shift;
      placed = placed.withHttp(HttpConfig.of(new Endpoint("127.0.0.1", port)));
    }
    return placed.withQueue(placed.queue().withTrace(true));
  }

  /** The number a name ends in, 1 if none or if it is not between 1 and 999. */
  private static int number(String name) {
    var digits = name.replaceAll("^.*?(\\d{0,3})$", "$1");
    return digits.isEmpty() ? 1 : Math.max(1, Integer.parseInt(digits));
  }

  /** Where nothing is said of who votes: whoever was first founds the mesh, all others join it. */
  private static Result<MeshConfig> voters(DevCa ca, MeshConfig config, NodeId self) {
    var election = config.election();
    if (election.vote().birth() != ElectionBirth.NONE) return Result.ok(config);
    if (!election.global().voters().isEmpty()) return ofRegion(ca, config, self);
    var alone = config.discovery().seeds().isEmpty();
    var begins = begins(config, self).isOk(); // before others can ask who founds
    return ca.voters(Scope.GLOBAL, self, alone)
        .map(founder -> founder.contains(self) && begins)
        .map(founds -> founds ? ElectionBirth.FOUND : ElectionBirth.JOIN)
        .map(birth -> config.withElection(election.withVote(election.vote().withBirth(birth))));
  }

  /** Who names the voters of the whole names those of the region, or is its only one for good. */
  private static Result<MeshConfig> ofRegion(DevCa ca, MeshConfig config, NodeId self) {
    var election = config.election();
    if (!election.region().voters().isEmpty()) return Result.ok(config);
    return ca.voters(Scope.region(self.region()), self, true)
        .map(election.region()::withVoters)
        .map(region -> config.withElection(election.withRegion(region)));
  }
}
