package dev.meshkit.store;

/**
 * Damage in the text of a view: SQLite then refuses the whole file, though views are code, which a
 * start makes anew. Only where nothing but views is hurt.
 */
final class BrokenViews {
  private static final String LOOK = "SELECT count(*) FROM sqlite_schema";

  /** Lets what cannot be read of the schema be passed over, and sqlite_schema be changed. */
  private static final String LENIENT = "PRAGMA writable_schema = ON";

  private static final String STRICT = "PRAGMA writable_schema = RESET";
  private static final String UNREAD =
      """
      SELECT count(*) FROM sqlite_schema s WHERE type IN ('table', 'index') AND NOT EXISTS
        (SELECT 1 FROM pragma_table_list l WHERE l.schema = 'main' AND l.name = s.name)
        AND NOT EXISTS (SELECT 1 FROM pragma_index_list(s.tbl_name) i WHERE i.name = s.name)""";
  private static final String DROP =
      "DELETE FROM sqlite_schema WHERE type = 'view' AND name NOT LIKE 'app\\_%' ESCAPE '\\'";

  private BrokenViews() {}

  /** Has a connection that only reads do without them. */
  static void passOver(Statements reader) {
    if (isSound(reader)) return;
    reader.script(LENIENT);
    if (isOthersHurt(reader)) reader.script(STRICT);
  }

  /** Removes them; all of ours, as every start does. */
  static void drop(Statements writer) {
    if (isSound(writer)) return;
    writer.script(LENIENT);
    if (!isOthersHurt(writer)) {
      writer.autoCommit(false);
      writer.update(DROP);
      writer.autoCommit(true);
    }
    writer.script(STRICT);
  }

  /** Whoever uses the connection next meets what is wrong, and says it. */
  private static boolean isSound(Statements connection) {
    try {
      connection.query(LOOK, row -> row.getLong(1));
      return true;
    } catch (StoreException cause) {
      return !cause.isDamage();
    }
  }

  private static boolean isOthersHurt(Statements connection) {
    try {
      return connection.query(UNREAD, row -> row.getLong(1)).getFirst() > 0;
    } catch (StoreException _) {
      return true; // it cannot even be asked
    }
  }
}
