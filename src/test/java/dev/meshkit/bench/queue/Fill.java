package dev.meshkit.bench.queue;

import dev.meshkit.api.Bytes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.zip.CRC32C;

/** Rows that wait, written by SQL: millions of enqueues would take longer than the benchmark. */
final class Fill {
  /** As an enqueue would have written them; ids as far below the marks as they must be. */
  private static final String ROWS =
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
      INSERT INTO task (seq, lid, ord, st, exp, max_attempt, enq_wall, kind, codec, crc, size, body)
      SELECT s.top + i, 1 + i % ?2, s.top + i, 0, 0, 5, s.wall, 'bench.task', s.codec, ?3, ?4,
        zeroblob(?4)
      FROM n, (SELECT max(seq) AS top, max(enq_wall) AS wall, max(codec) AS codec FROM task) s""";

  private static final String COUNT =
      """
      UPDATE lane SET n_live = (SELECT count(*) FROM task t WHERE t.lid = lane.lid),
        bytes = (SELECT sum(size) FROM task t WHERE t.lid = lane.lid)""";
  private static final String MARK =
      "UPDATE meta SET i = (SELECT max(seq) FROM task) WHERE k = 'seq'";

  private Fill() {}

  /** Makes the queue of that directory with so many tasks, and one a lane, in so many lanes. */
  static void rows(Path directory, int rows, int lanes) throws Exception {
    try (var ours = new OurQueue(directory, true)) {
      for (var lane = 0; lane < lanes; lane++) {
        ours.queue().enqueue(ours.task(OurQueue.lane(lane))).orThrow();
      }
    }
    var begun = System.nanoTime();
    try (var db = connect(directory);
        var statement = db.createStatement()) {
      for (var fast : new String[] {"journal_mode = OFF", "synchronous = OFF", "cache_size=-65536"})
        statement.execute("PRAGMA " + fast);
      insert(db, rows, lanes);
      statement.executeUpdate(COUNT);
      if (statement.executeUpdate(MARK) != 1)
        throw new SQLException("the mark of ids is not there");
    }
    System.out.printf("filled %,d rows in %.1f s%n", rows, (System.nanoTime() - begun) / 1e9);
  }

  /** The database of that directory, which nobody has open. */
  static Connection connect(Path directory) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
  }

  private static void insert(Connection db, int rows, int lanes) throws SQLException {
    var crc = new CRC32C();
    crc.update(Bytes.of(new byte[Load.BODY_BYTES]).asBuffer());
    try (var filling = db.prepareStatement(ROWS)) {
      filling.setLong(1, rows);
      filling.setLong(2, lanes);
      filling.setLong(3, crc.getValue());
      filling.setLong(4, Load.BODY_BYTES);
      filling.executeUpdate();
    }
  }
}
