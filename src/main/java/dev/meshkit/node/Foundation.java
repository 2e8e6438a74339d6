package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.observe.Meters;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * What every other part of a node stands on: who it is, its clocks and its two databases.
 *
 * @param settings what it was told
 * @param dir its data directory
 * @param clocks its clocks
 * @param chance its randomness
 * @param credentials who it is
 * @param meters what it counts
 * @param mesh the database of messages, members and events
 * @param votes the database of elections, apart so that messages never delay a vote
 */
record Foundation(
    Settings settings,
    Path dir,
    Clocks clocks,
    SecureRandom chance,
    Credentials credentials,
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
                new IdentityStore(dir.resolve("identity"), clocks.wall())
                    .load(self)
                    .flatMap(who -> inspected(dir, who.who().cluster(), self).map(_ -> who))
                    .flatMap(who -> opened(new Settings(config), dir, clocks, who, scopes)));
  }

  /**
   * Whether both databases, where they exist, are of this node and not of a newer program, and
   * whether what this node voted is still there.
   */
  static Result<Unit> inspected(Path dir, String cluster, NodeId self) {
    var identity = identity(cluster, self);
    return Store.inspect(dir.resolve(MESH + ".db"), MESH, identity)
        .flatMap(_ -> Store.inspect(dir.resolve(VOTES + ".db"), VOTES, identity))
        .flatMap(_ -> remembers(dir));
  }

  /** Votes are made before messages: if only the latter are there, the former were lost. */
  private static Result<Unit> remembers(Path dir) {
    var votes = dir.resolve(VOTES + ".db");
    try {
      if (Files.exists(votes) && Files.size(votes) > 0) return Result.ok();
    } catch (IOException _) {
      return Result.ok(); // opening it will say why
    }
    if (!Store.made(dir.resolve(MESH + ".db"))) return Result.ok();
    return Result.err(
        MeshError.of(
                "error.store.corrupt",
                "starting on " + dir,
                "this node ran here before, and election.db is gone: without it the node could"
                    + " vote a second time in a term, and two leaders get one fence",
                "put election.db back, or give the node a name and a data directory of its own",
                MeshError.Retry.NEVER)
            .with("mk", "MK-ELE-004"));
  }

  private static Result<Foundation> opened(
      Settings settings, Path dir, Clocks clocks, Credentials who, Scopes scopes) {
    var self = settings.config().node();
    var meters =
        new Meters(
            Map.of(
                "scope", List.of("global", "region/" + self.region()),
                "region", List.of(self.region())));
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
    return open(common, VOTES, scopes) // first, see remembers
        .flatMap(
            votes ->
                open(common, MESH, scopes)
                    .map(
                        mesh ->
                            new Foundation(
                                settings, dir, clocks, chance, who, meters, mesh, votes)));
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

  /** This node. */
  NodeId self() {
    return settings.config().node().id();
  }

  /** The cluster's name, as the certificate has it. */
  String cluster() {
    return credentials.who().cluster();
  }
}
