package dev.meshkit.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * The migrations of one database, oldest first, and its views.
 *
 * @param migrations numbered scripts; each runs once
 * @param views scripts that run at every start
 * @param restores scripts that run in a database that was made out of a backup
 * @param counts queries that say which rows a salvage has missed, by what other rows say
 * @param mends scripts that run, besides, in one that was salvaged and lost rows; without any, none
 *     is salvaged
 */
record Schema(
    List<Migration> migrations,
    List<String> views,
    List<String> restores,
    List<String> counts,
    List<String> mends) {
  /** The first line of a script of {@link #mends}: tables of which no row may be lost. */
  private static final String NEEDS = "-- needs ";

  /** The first line of a migration that rewrites rows: a backup is made before it. */
  private static final String REWRITES = "-- rewrites";

  /**
   * One step.
   *
   * @param version the number its name begins with, the {@code user_version} after it
   * @param name the resource's name
   * @param script its statements
   */
  record Migration(int version, String name, String script) {
    /** Whether a database must be backed up before it. */
    boolean rewrites() {
      return script.startsWith(REWRITES);
    }
  }

  /** Reads {@code <name>.list} and what it names; a broken list is a fault of the build. */
  static Schema load(String name) {
    var files =
        text(name + ".list").lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    var migrations =
        files.stream()
            .filter(file -> Character.isDigit(file.charAt(0)))
            .map(file -> new Migration(number(file), file, text(file)))
            .toList();
    return new Schema(
        migrations,
        texts(files, "views_"),
        texts(files, "restore_"),
        texts(files, "counts_"),
        texts(files, "mend_"));
  }

  /** Checks the order. */
  Schema {
    migrations = List.copyOf(migrations);
    views = List.copyOf(views);
    restores = List.copyOf(restores);
    counts = List.copyOf(counts);
    mends = List.copyOf(mends);
    for (var i = 1; i < migrations.size(); i++) {
      if (migrations.get(i).version() <= migrations.get(i - 1).version())
        throw new IllegalStateException("out of order: " + migrations.get(i).name());
    }
  }

  /** The tables without which a salvaged database would not know what it had done. */
  List<String> needed() {
    return mends.stream()
        .flatMap(script -> script.lines().limit(1))
        .filter(line -> line.startsWith(NEEDS))
        .flatMap(line -> Stream.of(line.substring(NEEDS.length()).split(" ")))
        .toList();
  }

  /** The newest version this program knows. */
  int version() {
    return migrations.getLast().version();
  }

  private static List<String> texts(List<String> files, String beginning) {
    return files.stream().filter(file -> file.startsWith(beginning)).map(Schema::text).toList();
  }

  private static int number(String file) {
    return Integer.parseInt(file.substring(0, file.indexOf('_')));
  }

  private static String text(String resource) {
    try (var in = Schema.class.getResourceAsStream("/dev/meshkit/schema/" + resource)) {
      if (in == null) throw new IllegalStateException("no schema resource " + resource);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
