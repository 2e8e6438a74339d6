package dev.meshkit.store;

import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which file, and by what rules.
 *
 * @param file the database; its directory must exist. Beside it lies {@code <name>.lock}
 * @param schema which list of migrations: {@code mesh} or {@code election}
 * @param clocks the node's clocks
 * @param chance where a new store's identity comes from; a secure source in production
 * @param limits the bounds
 * @param identity facts about whose file it is, such as {@code cluster} and {@code node}: written
 *     into a new file's {@code meta}, and compared with an old one's before anything is changed
 * @param meters where commits are counted
 */
public record StoreOptions(
    Path file,
    String schema,
    Clocks clocks,
    RandomGenerator chance,
    StoreLimits limits,
    Map<String, String> identity,
    Meters meters) {
  private static final Set<String> NODES = Set.of("mesh.db", "election.db");

  /** Copies the facts. */
  public StoreOptions {
    identity = Map.copyOf(identity);
  }

  /** The defaults for {@code <directory>/<schema>.db}, with meters of its own. */
  public static StoreOptions of(
      Path directory, String schema, Clocks clocks, RandomGenerator chance) {
    return new StoreOptions(
        directory.resolve(schema + ".db"),
        schema,
        clocks,
        chance,
        StoreLimits.DEFAULTS,
        Map.of(),
        new Meters(Map.of()));
  }

  /** The file's name, as events and logs show it. */
  String name() {
    return file.getFileName().toString();
  }

  /** What meters call it, which know a node's files, and of an application's only the kind. */
  String label() {
    return NODES.contains(name()) ? name() : schema + ".db";
  }

  /** The file of its log. */
  Path log() {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  /** These options for the file itself, if they name it by a link; what has no name is none. */
  Result<StoreOptions> real() {
    var real = RealPath.of(file);
    return real.getFileName() == null
        ? Result.err(StoreErrors.noFile(file))
        : Result.ok(new StoreOptions(real, schema, clocks, chance, limits, identity, meters));
  }

  /** These options with other bounds. */
  public StoreOptions with(StoreLimits other) {
    return new StoreOptions(file, schema, clocks, chance, other, identity, meters);
  }

  /** These options for the file of this very cluster and node. */
  public StoreOptions identity(Map<String, String> facts) {
    return new StoreOptions(file, schema, clocks, chance, limits, facts, meters);
  }

  /** These options with the node's meters. */
  public StoreOptions meters(Meters shared) {
    return new StoreOptions(file, schema, clocks, chance, limits, identity, shared);
  }
}
