package dev.meshkit.chaos;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Fence;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Received;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Tenure;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * One process of the case: a voter of region {@code eu}, s0 to s2, which asks the ledger to write
 * while it leads and looks at its authority all the time; or the ledger, which obeys fences alone.
 */
final class PartitionNode {
  static final int LEDGER = 3;
  private static final Scope EU = Scope.region("eu");
  private static final NodeId THE_LEDGER = NodeId.of("us", "ledger");
  private static final long LOOK_NANOS = 2_000_000;
  private static final long TELL_NANOS = 50_000_000;

  private PartitionNode() {}

  /** Directory, number, and the addresses of all four. */
  public static void main(String... args) throws Exception {
    var number = Integer.parseInt(args[1]);
    var places = List.of(args).subList(2, args.length).stream().map(Endpoint::parse).toList();
    var self = node(number);
    var data = data(Path.of(args[0]), number);
    try (var mesh =
        MeshKit.builder(config(self, data, places, places.get(number)))
            .on("run", PayloadCodec.UTF8.handler(PartitionNode::run))
            .open()) {
      say("is open");
      if (number < LEDGER) {
        mesh.leadership(EU).whenLeader(tenure -> write(mesh, tenure));
        look(mesh);
      } else {
        mesh.awaitStop();
      }
    }
  }

  /** Gives it an identity of the mesh whose CA is in {@code home}. */
  static void enrol(Path home, int number) {
    var data = data(home, number);
    var self = node(number);
    var wall = Clocks.system().wall();
    var identity = new IdentityStore(data.resolve("identity"), wall);
    DevCa.open(home.resolve("dev-ca"), wall, Chance.secure())
        .flatMap(ca -> ca.stage(identity, self))
        .flatMap(Staged::adopt)
        .orThrow();
  }

  private static MeshConfig config(NodeId self, Path data, List<Endpoint> places, Endpoint own) {
    var voters = IntStream.range(0, LEDGER).mapToObj(PartitionNode::voter).toList();
    var regional = self.equals(THE_LEDGER) ? List.of(self) : voters;
    var region = ElectionScopeConfig.of(ElectionProfile.REGION).withVoters(regional);
    var global = ElectionScopeConfig.of(ElectionProfile.WAN).withVoters(voters);
    return MeshConfig.of(self.region(), self.name(), data)
        .withListen(MeshConfig.defaults().listen().withMesh(own))
        .withHttp(HttpConfig.off())
        .withDiscovery(new DiscoveryConfig(places.stream().filter(at -> !at.equals(own)).toList()))
        .withElection(ElectionConfig.defaults().withRegion(region).withGlobal(global));
  }

  private static Disposition run(String term, Received order) {
    var fence = new Fence(EU, 1, Long.parseLong(term));
    return new Disposition.Ack(
        tx -> {
          tx.guard(fence, "ledger");
          tx.update(
              "CREATE TABLE IF NOT EXISTS app_run"
                  + " (n INTEGER PRIMARY KEY, node TEXT NOT NULL, term INTEGER NOT NULL) STRICT");
          tx.update(
              "INSERT INTO app_run (node, term) VALUES (?, ?)", order.from().name(), fence.term());
        });
  }

  /** As the guide says; whoever has authority asks, and the ledger looks at the fence. */
  private static void write(Mesh mesh, Tenure tenure) throws InterruptedException {
    while (tenure.authority().isPresent()) {
      var order = PayloadCodec.UTF8.message("run", Long.toString(tenure.fence().term()));
      var sent = mesh.send(THE_LEDGER, order).orThrow();
      var ran = sent.await(Duration.ofSeconds(1));
      if (ran.isOk()) LockSupport.parkNanos(LOOK_NANOS * 10);
    }
  }

  private static void look(Mesh mesh) {
    var leadership = mesh.leadership(EU);
    Optional<Fence> now = Optional.empty();
    var first = 0L;
    var last = 0L;
    var told = 0L;
    while (true) {
      var before = System.nanoTime();
      var fence = leadership.authority();
      var after = System.nanoTime();
      var same = fence.equals(now);
      if (now.isPresent() && (!same || after - told > TELL_NANOS)) {
        say("held " + now.get().term() + " " + first + " " + last);
        told = after;
      }
      if (!same) first = after;
      last = before;
      now = fence;
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static Path data(Path home, int number) {
    return home.resolve(node(number).name());
  }

  private static NodeId node(int number) {
    return number == LEDGER ? THE_LEDGER : voter(number);
  }

  private static NodeId voter(int number) {
    return NodeId.of("eu", "s" + number);
  }
}
