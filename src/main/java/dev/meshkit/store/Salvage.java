package dev.meshkit.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * A new database out of what can be read of a damaged one. The damaged one is only read.
 *
 * <p>A page that counts fewer rows than it holds cannot be told from a sound one; what should be
 * there is therefore compared with what indexes and other rows count. Indexes are made anew, so a
 * file of which only those were hurt loses nothing and stays itself. One that lost rows is another
 * from then on, as one that was made of a backup is: it gets a new identity, and its outbound
 * queues are paused.
 *
 * <p>What is there besides MeshKit's own, an application's or anybody's, comes along whatever it is
 * called; what cannot is named.
 */
final class Salvage {
  private static final String TABLES =
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      ORDER BY name""";
  private static final String NUMBERS = "SELECT name, seq FROM sqlite_sequence";
  private static final String PUT_NUMBER =
      "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?";
  private static final String ADD_NUMBER =
      """
      INSERT INTO sqlite_sequence (name, seq) SELECT ?, ?
      WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)""";

  private final StoreOptions options;
  private final Schema schema;
  private final Losses losses = new Losses();

  Salvage(StoreOptions options, Schema schema) {
    this.options = options;
    this.schema = schema;
  }

  /** Makes {@code part}, which must not exist, of the database of the options; what was lost. */
  Losses into(Path part) throws SQLException {
    try (var from = damaged(options.file());
        var to = Opening.connect(part)) {
      to.script("PRAGMA auto_vacuum = INCREMENTAL");
      var version = number(from, "PRAGMA user_version");
      to.autoCommit(false);
      schema.migrations().stream()
          .filter(step -> step.version() <= version)
          .forEach(step -> to.script(step.script()));
      var others = new Others(from, to, losses);
      others.holdRows();
      to.script("PRAGMA user_version = " + version);
      tables(from, to);
      numbers(from, to);
      var missing = new Missing(from, to, losses);
      names(to).forEach(missing::byIndexes);
      if (version == schema.version()) schema.counts().forEach(missing::byRows);
      to.autoCommit(true);
      if (!losses.isNone() && !losses.anyOf(schema.needed())) renew(to);
      to.autoCommit(false);
      others.act();
      to.autoCommit(true);
      return losses;
    }
  }

  private void tables(Statements from, Statements to) {
    var there = names(from);
    for (var table : names(to)) {
      to.update("DELETE FROM \"" + table.replace("\"", "\"\"") + "\"");
      if (there.contains(table)) new TableCopy(from, to, losses, table).copy();
      else losses.lost(table, "all of it");
    }
  }

  /** What AUTOINCREMENT has given: higher than what is there, if that was removed since. */
  private void numbers(Statements from, Statements to) {
    try {
      for (var row : from.query(NUMBERS, r -> new Given(r.getString(1), r.getLong(2)))) {
        to.update(PUT_NUMBER, row.last(), row.table());
        to.update(ADD_NUMBER, row.table(), row.last(), row.table());
      }
    } catch (StoreException cause) {
      if (!cause.isDamage()) throw cause;
      losses.lost("sqlite_sequence", "all of it");
    }
  }

  private record Given(String table, long last) {}

  private void renew(Statements to) {
    to.autoCommit(false);
    Backups.rename(to, options.chance());
    schema.restores().forEach(to::script);
    schema.mends().forEach(to::script);
    to.autoCommit(true);
  }

  private static List<String> names(Statements of) {
    return of.query(TABLES, row -> row.getString(1));
  }

  private static long number(Statements of, String sql) {
    return of.query(sql, row -> row.getLong(1)).getFirst();
  }

  /** Read-only: neither opening nor closing moves the log into it. */
  private static Statements damaged(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    var database = new Statements(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    database.script("PRAGMA cell_size_check = ON");
    return database;
  }
}
