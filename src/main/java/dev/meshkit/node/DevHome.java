package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import java.nio.file.Path;
import java.util.List;

/**
 * Settles what a {@code --dev} node was not told: its identity from the development CA beside its
 * data directory, loopback ports by its number, and who votes. Everything after that is the same
 * for every node.
 */
public final class DevHome {
  private static final String CA = "dev-ca";
  private static final int PORTS_A_NODE = 10;

  private DevHome() {}

  /**
   * The configuration with identity on disk and nothing left open. A node without seeds founds what
   * nobody has founded yet; one with seeds joins, and founds at most its region. Whatever is wrong
   * with what is there is found before anything is made or changed. Blocks for files only.
   */
  public static Result<MeshConfig> settle(MeshConfig config) {
    var placed = placed(config);
    var self = config.node().id();
    var clocks = Clocks.system();
    var shared = dataDir(config).toAbsolutePath().normalize().resolveSibling(CA);
    return FreePorts.of(placed)
        .flatMap(_ -> fits(config, shared, clocks))
        .flatMap(_ -> DataDir.ready(dataDir(config)))
        .flatMap(_ -> DevCa.open(shared, clocks.wall(), Chance.secure()))
        .flatMap(
            ca -> ca.enrol(identity(config, clocks), self).flatMap(_ -> voters(ca, placed, self)));
  }

  /** Whether directory, CA, identity, databases and voters fit this node and each other. */
  private static Result<Unit> fits(MeshConfig config, Path shared, Clocks clocks) {
    var self = config.node().id();
    var joins = !config.discovery().seeds().isEmpty();
    var mayFound = !joins || !config.election().global().voters().isEmpty();
    return DataDir.usable(dataDir(config))
        .flatMap(
            dir ->
                DevCa.cluster(shared)
                    .flatMap(ca -> cluster(ca, identity(config, clocks), self, shared))
                    .flatMap(cluster -> Foundation.inspected(dir, cluster, self)))
        .flatMap(_ -> DevCa.checkFounded(shared, Scope.GLOBAL, mayFound));
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

  private static IdentityStore identity(MeshConfig config, Clocks clocks) {
    return new IdentityStore(dataDir(config).resolve("identity"), clocks.wall());
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
    if (config.http().equals(HttpConfig.defaults())) {
      var port = config.http().listen().port() + shift;
      placed = placed.withHttp(HttpConfig.of(new Endpoint("127.0.0.1", port)));
    }
    return placed;
  }

  /** The number a name ends in, 1 if none or if it is not between 1 and 999. */
  private static int number(String name) {
    var digits = name.replaceAll("^.*?(\\d{0,3})$", "$1");
    return digits.isEmpty() ? 1 : Math.max(1, Integer.parseInt(digits));
  }

  private static Result<MeshConfig> voters(DevCa ca, MeshConfig config, NodeId self) {
    var alone = config.discovery().seeds().isEmpty();
    var region = config.election().region();
    var global = config.election().global();
    return founded(ca, Scope.region(self.region()), self, region.voters(), true)
        .flatMap(
            regional ->
                founded(ca, Scope.GLOBAL, self, global.voters(), alone)
                    .map(
                        mesh ->
                            config.withElection(
                                config
                                    .election()
                                    .withRegion(region.withVoters(regional))
                                    .withGlobal(global.withVoters(mesh)))));
  }

  private static Result<List<NodeId>> founded(
      DevCa ca, Scope scope, NodeId self, List<NodeId> configured, boolean mayFound) {
    return configured.isEmpty() ? ca.voters(scope, self, mayFound) : Result.ok(configured);
  }
}
