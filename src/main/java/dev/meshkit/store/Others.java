package dev.meshkit.store;

import dev.meshkit.store.StoreException.Fault;
import java.util.List;
import java.util.Set;

/**
 * What a damaged database has besides MeshKit's own: an application's tables, and whatever else
 * someone made in it, made anew in the database that a salvage fills.
 *
 * <p>Tables and their indexes are made before the rows are copied, so that an index refuses what
 * damage has doubled; views and triggers after, for a trigger would act again on each copied row.
 */
final class Others {
  private static final Set<String> HOLD_ROWS = Set.of("table", "index");
  private static final String ALL =
      """
      SELECT type, name, tbl_name, sql FROM sqlite_schema
      WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND NOT (type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\')
      ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END,
        rowid"""; // MeshKit's views, v_…, are made at each start
  private static final String OWN = "SELECT name FROM sqlite_schema";
  private static final String VIRTUAL =
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')";

  private final Statements to;
  private final Losses losses;
  private final List<Made> all;
  private final Set<String> virtual;

  /** Something by which the file says what it holds. */
  private record Made(String type, String name, String table, String sql) {
    String title() {
      return type.equals("table") ? name : type + " " + name;
    }
  }

  /** Of {@code from}; {@code to} has MeshKit's own already, and nothing else. */
  Others(Statements from, Statements to, Losses losses) {
    this.to = to;
    this.losses = losses;
    var own = Set.copyOf(to.query(OWN, row -> row.getString(1)));
    this.virtual = Set.copyOf(from.query(VIRTUAL, row -> row.getString(1)));
    this.all =
        from
            .query(
                ALL,
                row ->
                    new Made(
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
            .stream()
            .filter(made -> !own.contains(made.name()))
            .toList();
  }

  /** Makes the tables, empty, and their indexes. */
  void holdRows() {
    all.stream().filter(made -> HOLD_ROWS.contains(made.type())).forEach(this::make);
  }

  /** Makes the views and triggers, once every row is there. */
  void act() {
    all.stream().filter(made -> !HOLD_ROWS.contains(made.type())).forEach(this::make);
  }

  /** A virtual table keeps its content in tables of its own making, which cannot be made for it. */
  private void make(Made made) {
    if (virtual.contains(made.table())) {
      missed(made, "it is a virtual table, or a part of one");
      return;
    }
    try {
      to.script(made.sql());
    } catch (StoreException cause) {
      if (cause.fault() != Fault.STATEMENT) throw cause;
      missed(made, "it cannot be made anew: " + cause.getMessage());
    }
  }

  private void missed(Made made, String why) {
    if (made.type().equals("table")) losses.lost(made.name(), "all of it: " + why);
    else losses.left(made.title(), why);
  }
}
