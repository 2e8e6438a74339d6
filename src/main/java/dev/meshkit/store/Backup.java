package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A copy of a database as it was after one commit, and what stands beside it in {@code
 * <file>.manifest}, one {@code name=value} a line.
 *
 * @param file the copy, a database of its own
 * @param bytes its size
 * @param sha256 of all its bytes
 * @param schema the version of its tables
 * @param uuid of the store it was taken of
 * @param batch commits of that store then
 * @param takenWall when
 */
public record Backup(
    Path file, long bytes, Bytes sha256, int schema, Bytes uuid, long batch, Instant takenWall) {
  /** Where the manifest of a copy lies. */
  static Path manifest(Path file) {
    return file.resolveSibling(file.getFileName() + ".manifest");
  }

  /** The manifest's text. */
  String text() {
    var all = new TreeMap<String, Object>();
    all.put("bytes", bytes);
    all.put("sha256", sha256.hex());
    all.put("schema", schema);
    all.put("store", uuid.hex());
    all.put("batch", batch);
    all.put("taken", takenWall);
    return all.entrySet().stream()
        .map(fact -> fact.getKey() + "=" + fact.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /** What the manifest beside a copy says; it is not compared with the copy. */
  static Backup read(Path file) throws IOException {
    var facts = new Properties();
    try (var in = Files.newBufferedReader(manifest(file))) {
      facts.load(in);
      return new Backup(
          file,
          Long.parseLong(facts.getProperty("bytes", "")),
          Bytes.hex(facts.getProperty("sha256", "")),
          Integer.parseInt(facts.getProperty("schema", "")),
          Bytes.hex(facts.getProperty("store", "")),
          Long.parseLong(facts.getProperty("batch", "")),
          Instant.parse(facts.getProperty("taken", "")));
    } catch (IllegalArgumentException | java.time.DateTimeException cause) {
      throw new IOException("the manifest is damaged", cause);
    }
  }
}
