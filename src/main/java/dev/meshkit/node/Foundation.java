package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.link.Gone;
import dev.meshkit.observe.Meters;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.DenyList;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.store.Look;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreAccess;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * What every other part of a node stands on: who it is, its clocks and its two databases.
 *
 * @param settings what it was told
 * @param dir its data directory
 * @param clocks its clocks
 * @param chance where its secrets come from
 * @param own who it is
 * @param meters what it counts
 * @param mesh the database of messages, members and events
 * @param votes the database of elections, apart so that messages never delay a vote
 */
record Foundation(
    Settings settings,
    Path dir,
    Clocks clocks,
    SecureRandom chance,
    OwnCredentials own,
    Meters meters,
    Store mesh,
    Store votes) {
  private static final String MESH = "mesh";
  private static final String VOTES = "election";

  /**
   * What a start goes by.
   *
   * @param ends closes what was opened, in reverse, when the start fails and when the node stops
   * @param undo takes back, before that, what the start did that a stop must not
   */
  record Scopes(Compensation ends, Compensation undo) {}

  /**
   * Reads the identity and looks into both databases, then opens them; until everything there fits
   * nothing on disk is made or changed.
   */
  static Result<Foundation> lay(MeshConfig config, Scopes scopes) {
    var clocks = Clocks.system();
    var self = config.node().id();
    return DataDir.usable(config.data().dir())
        .flatMap(
            dir ->
                identity(dir, clocks)
                    .load(self)
                    .flatMap(who -> inspected(dir, who.who().cluster(), self).map(_ -> who))
                    .flatMap(who -> opened(new Settings(config), dir, clocks, who, scopes)));
  }

  /** Chance for timers, which are set at each step of a loop: cheap, and no secret. */
  RandomGenerator jitter() {
    return Chance.seeded(chance.nextLong());
  }

  private static IdentityStore identity(Path dir, Clocks clocks) {
    return new IdentityStore(dir.resolve("identity"), clocks.wall());
  }

  /** Where its identity is kept. */
  IdentityStore identity() {
    return identity(dir, clocks);
  }

  /**
   * Whether both databases, where they exist, are of this node and not of a newer program, and
   * whether none was lost.
   */
  static Result<Unit> inspected(Path dir, String cluster, NodeId self) {
    var identity = identity(cluster, self);
    return Look.inspect(dir.resolve(MESH + ".db"), MESH, identity)
        .flatMap(_ -> Look.inspect(dir.resolve(VOTES + ".db"), VOTES, identity))
        .flatMap(_ -> both(dir).check());
  }

  /** Whether it is certain that no vote was ever kept in {@code dir}, or that all are lost. */
  static boolean isBlank(Path dir) {
    return Look.isBlank(dir.resolve(VOTES + ".db"));
  }

  private static BothFiles both(Path dir) {
    return new BothFiles(dir.resolve(MESH + ".db"), dir.resolve(VOTES + ".db"));
  }

  /** To be called when nothing else of a start can fail; see {@link BothFiles}. */
  Result<Unit> note() throws InterruptedException {
    return BothFiles.note(mesh, votes);
  }

  private static Result<Foundation> opened(
      Settings settings, Path dir, Clocks clocks, Credentials who, Scopes scopes) {
    var self = settings.config().node();
    var meters =
        new Meters(
            Map.of(
                "scope", List.of("global", "region/" + self.region()),
                "region", List.of(self.region()),
                "queue", List.of(settings.outbound().name())));
    scopes.ends().onFailure("close the meters", meters::close);
    var chance = Chance.secure();
    var common =
        new StoreOptions(
            dir,
            "",
            clocks,
            chance,
            settings.store(),
            identity(who.who().cluster(), self.id()),
            meters);
    return open(common.with(settings.votes()), VOTES, scopes) // first, see BothFiles
        .flatMap(
            votes ->
                both(dir)
                    .check(votes)
                    .flatMap(_ -> open(common, MESH, scopes))
                    .map(
                        mesh ->
                            new Foundation(
                                settings,
                                dir,
                                clocks,
                                chance,
                                OwnCredentials.of(who),
                                meters,
                                mesh,
                                votes)));
  }

  /** The database of messages alone, of a node that has run and does not run now. */
  static Result<LocalStore> store(MeshConfig config) {
    var clocks = Clocks.system();
    var self = config.node().id();
    return DataDir.usable(config.data().dir())
        .flatMap(
            dir ->
                identity(dir, clocks)
                    .load(self)
                    .flatMap(
                        who ->
                            inspected(dir, who.who().cluster(), self)
                                .flatMap(_ -> hasRun(dir, self))
                                .flatMap(_ -> alone(new Settings(config), dir, clocks, who))));
  }

  /** Made here, it would look as if its votes had been lost. */
  private static Result<Unit> hasRun(Path dir, NodeId self) {
    var file = dir.resolve(MESH + ".db");
    if (!Look.isBlank(file)) return Result.ok();
    return Result.err(
        MeshError.of(
            "error.precondition",
            "opening " + file,
            self + " has never run here, so there is no database",
            "start the node first; for a database without a node open a QueueFile",
            MeshError.Retry.NEVER));
  }

  private static Result<LocalStore> alone(
      Settings settings, Path dir, Clocks clocks, Credentials who) {
    var meters = new Meters(Map.of());
    var options =
        new StoreOptions(
            dir.resolve(MESH + ".db"),
            MESH,
            clocks,
            Chance.secure(),
            settings.store(),
            identity(who.who().cluster(), settings.config().node().id()),
            meters);
    return Store.open(options)
        .onErr(_ -> meters.close())
        .map(store -> new StoreAccess(store, () -> close(store, meters)));
  }

  private static void close(Store store, Meters meters) {
    store.close();
    meters.close();
  }

  private static Result<Store> open(StoreOptions common, String schema, Scopes scopes) {
    var options =
        new StoreOptions(
            common.file().resolve(schema + ".db"),
            schema,
            common.clocks(),
            common.chance(),
            common.limits(),
            common.identity(),
            common.meters());
    return Store.open(options)
        .onOk(store -> scopes.ends().onFailure("close " + schema + ".db", store::close))
        .onOk(store -> scopes.undo().onFailure("unmake " + schema + ".db", store::unmake));
  }

  private static Map<String, String> identity(String cluster, NodeId self) {
    return Map.of("cluster", cluster, "node", self.toString());
  }

  /** Why a peer will never come, if it is revoked; never blocks. */
  Optional<Gone> denial(NodeId peer) {
    return own.now().verifier().denial(peer).map(Gone::revoked);
  }

  /** Whom the cluster has revoked as far as this node knew, from its first handshake on (S20). */
  void refuse(DenyList revoked) {
    own.publish(own.now().revoking(revoked));
  }

  /** This node. */
  NodeId self() {
    return settings.config().node().id();
  }

  /** The cluster's name, as the certificate has it. */
  String cluster() {
    return own.now().who().cluster();
  }

  /**
   * What this node says of itself besides where it is, now.
   *
   * @param legacy where its port is, {@link Endpoint#NONE} if it has none
   */
  SortedMap<String, String> labels(Endpoint legacy) {
    return settings.labels(legacy, votes.uuid(), own.now().notAfter());
  }
}
