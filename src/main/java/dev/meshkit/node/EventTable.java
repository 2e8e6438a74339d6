package dev.meshkit.node;

import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The event history's rows. Writing runs in the transaction given, reading on a reader thread. */
final class EventTable {
  private static final String ADD =
      """
      INSERT INTO event(at_ms, type, severity, scope, term, subject, cause, code, text, data)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
  private static final String TRIM =
      "DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event) - ?";
  private static final String AGE = // in the order of seq, which is that of time but for jumps
      "DELETE FROM event WHERE seq < (SELECT min(seq) FROM event WHERE at_ms >= ?)";
  private static final String PAGE =
      """
      SELECT seq, at_ms, type, severity, scope, term, subject, cause, code, text, data FROM event
      WHERE seq > ? AND at_ms >= ? AND type GLOB ? ORDER BY seq LIMIT ?""";
  private static final String NEWEST =
      """
      SELECT seq, at_ms, type, severity, scope, term, subject, cause, code, text, data FROM event
      WHERE seq < ? AND at_ms >= ? AND type GLOB ? ORDER BY seq DESC LIMIT ?""";

  private EventTable() {}

  /**
   * One row.
   *
   * @param seq its number; grows, never repeats
   * @param atWall when it was seen
   * @param event what
   */
  record Row(long seq, Instant atWall, NodeEvent event) {}

  /** Adds an event. */
  static void add(StoreTx tx, Instant wall, NodeEvent event) {
    tx.update(
        ADD,
        wall.toEpochMilli(),
        event.type(),
        event.severity().number(),
        event.scope(),
        event.term(),
        event.subject(),
        event.cause(),
        event.code(),
        event.text(),
        lines(event.data()));
  }

  /** Keeps the newest {@code rows}, and none before {@code oldestWall}. */
  static void trim(StoreTx tx, int rows, Instant oldestWall) {
    tx.update(TRIM, rows);
    tx.update(AGE, oldestWall.toEpochMilli());
  }

  /** Events after number {@code after}, oldest first, at most {@code limit}. */
  static List<Row> page(Reading read, long after, Instant since, String glob, int limit) {
    var rows = new ArrayList<Row>();
    var from = after;
    while (true) {
      var most = Math.min(Reading.PAGE_ROWS, limit - rows.size());
      var page = read.query(PAGE, EventTable::row, from, since.toEpochMilli(), glob, most);
      rows.addAll(page);
      if (page.size() < most || rows.size() == limit) return List.copyOf(rows);
      from = page.getLast().seq();
    }
  }

  /** The newest {@code limit} events since {@code since}, oldest of them first. */
  static List<Row> newest(Reading read, Instant since, String glob, int limit) {
    var rows = new ArrayList<Row>(); // newest first
    var before = Long.MAX_VALUE;
    while (true) {
      var most = Math.min(Reading.PAGE_ROWS, limit - rows.size());
      var page = read.query(NEWEST, EventTable::row, before, since.toEpochMilli(), glob, most);
      rows.addAll(page);
      if (page.size() < most || rows.size() == limit) return List.copyOf(rows.reversed());
      before = page.getLast().seq();
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    var event =
        new NodeEvent(
            row.getString("type"),
            NodeEvent.Severity.of(row.getInt("severity")),
            row.getString("scope"),
            row.getLong("term"),
            row.getString("subject"),
            row.getString("cause"),
            row.getString("code"),
            row.getString("text"),
            facts(row.getString("data")));
    return new Row(row.getLong("seq"), Instant.ofEpochMilli(row.getLong("at_ms")), event);
  }

  private static String lines(Map<String, String> data) {
    return new TreeMap<>(data)
        .entrySet().stream()
            .map(fact -> fact.getKey() + "=" + fact.getValue().replace('\n', ' '))
            .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> facts(String lines) {
    var facts = new TreeMap<String, String>();
    lines
        .lines()
        .forEach(
            line -> {
              var cut = line.indexOf('=');
              facts.put(line.substring(0, cut), line.substring(cut + 1));
            });
    return facts;
  }
}
