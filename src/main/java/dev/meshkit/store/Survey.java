package dev.meshkit.store;

import dev.meshkit.api.Result;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a database or a backup is and holds, and whether it is whole, without a trace of the look.
 *
 * @param file where it lies
 * @param bytes its size
 * @param schema the version of its tables
 * @param facts the text values of its table {@code meta}: store_uuid, cluster, node
 * @param boot how often it was opened
 * @param batch commits so far
 * @param lastCommitWall when the last one was
 * @param queues the queues in it, by name
 * @param findings what is wrong with it; empty if it is whole
 */
public record Survey(
    Path file,
    long bytes,
    int schema,
    Map<String, String> facts,
    long boot,
    long batch,
    Instant lastCommitWall,
    List<Held> queues,
    List<String> findings) {
  private static final String META = "SELECT k, t FROM meta WHERE t IS NOT NULL";
  private static final String PROGRESS = "SELECT boot, batch, wall_ms FROM progress";
  private static final String HAS_QUEUES =
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('queue', 'lane')";
  private static final String QUEUES =
      """
      SELECT q.name, count(l.lid), coalesce(sum(l.n_live), 0), coalesce(sum(l.n_leased), 0),
        coalesce(sum(l.n_dead), 0), coalesce(sum(l.bytes), 0), q.paused, q.paused_by
      FROM queue q LEFT JOIN lane l ON l.qid = q.qid GROUP BY q.qid ORDER BY q.name""";

  /** The most findings that are looked for: after so many nothing is learnt from one more. */
  private static final String CHECK = "PRAGMA integrity_check(20)";

  /**
   * What a queue holds.
   *
   * @param queue its name
   * @param lanes how many
   * @param live tasks that are not dead
   * @param leased of those, in workers' hands when the file was left
   * @param dead tasks
   * @param bytes of live bodies
   * @param pausedBy who paused all of it; empty if nobody did
   */
  public record Held(
      String queue, long lanes, long live, long leased, long dead, long bytes, String pausedBy) {}

  /** Copies what it is given. */
  public Survey {
    facts = Map.copyOf(facts);
    queues = List.copyOf(queues);
    findings = List.copyOf(findings);
  }

  /**
   * Looks at all of a file; blocks for as long as reading it takes, on a platform thread. {@code
   * error.store.open} if it is no database, or too damaged to say what it is.
   */
  public static Result<Survey> of(Path file) {
    if (!Files.isRegularFile(file)) {
      return Result.err(
          StoreErrors.open("MK-STO-001", file, "there is no such file", "name a database"));
    }
    try (var reader = Inspection.connect(file)) {
      var facts = new TreeMap<String, String>();
      reader.query(META, row -> facts.put(row.getString(1), row.getString(2)));
      var version = reader.query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
      return Result.ok(of(file, reader, version, facts));
    } catch (IOException | SQLException | StoreException cause) {
      return Result.err(
          StoreErrors.open(
              "MK-STO-001",
              file,
              FileTrouble.why(cause),
              "name a database of MeshKit, or a backup"));
    }
  }

  private static Survey of(Path file, Statements reader, int schema, Map<String, String> facts)
      throws IOException {
    var findings = new ArrayList<>(Backups.unlikeItsManifest(file));
    reader.query(CHECK, row -> row.getString(1)).stream()
        .filter(found -> !found.equals("ok"))
        .forEach(findings::add);
    var bytes = Files.size(file);
    return reader
        .query(
            PROGRESS,
            row ->
                new Survey(
                    file,
                    bytes,
                    schema,
                    facts,
                    row.getLong(1),
                    row.getLong(2),
                    Instant.ofEpochMilli(row.getLong(3)),
                    queues(reader),
                    findings))
        .getFirst();
  }

  private static List<Held> queues(Statements reader) {
    if (reader.query(HAS_QUEUES, row -> row.getInt(1)).getFirst() != 2) return List.of();
    return reader.query(
        QUEUES,
        row ->
            new Held(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getInt(7) == 0 ? "" : row.getString(8)));
  }
}
