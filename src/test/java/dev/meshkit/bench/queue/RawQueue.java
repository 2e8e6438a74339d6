package dev.meshkit.bench.queue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * RAW: the least that a queue in SQLite has to do, by one thread with prepared statements and
 * nothing around them; so many tasks a transaction, each transaction durable. With one task a
 * transaction it is ONE.
 */
final class RawQueue implements Load {
  private final Connection connection;
  private final int batch;
  private final boolean insertsOnly;
  private final PreparedStatement insert;
  private final PreparedStatement next;
  private final PreparedStatement lease;
  private final PreparedStatement unlease;
  private final PreparedStatement remove;
  private final byte[] body = new byte[BODY_BYTES];
  private long lastAdded;
  private long lastLeased;

  RawQueue(Path file, int batch, boolean insertsOnly) throws SQLException {
    this.batch = batch;
    this.insertsOnly = insertsOnly;
    this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("CREATE TABLE task (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)");
    run("CREATE TABLE lease (seq INTEGER PRIMARY KEY, fence INTEGER NOT NULL)");
    insert = connection.prepareStatement("INSERT INTO task (seq, body) VALUES (?, ?)");
    next =
        connection.prepareStatement(
            "SELECT seq, body FROM task WHERE seq > ? ORDER BY seq LIMIT ?");
    lease = connection.prepareStatement("INSERT INTO lease (seq, fence) VALUES (?, ?)");
    unlease = connection.prepareStatement("DELETE FROM lease WHERE seq = ? AND fence = ?");
    remove = connection.prepareStatement("DELETE FROM task WHERE seq = ?");
    connection.setAutoCommit(false);
  }

  private void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public double perSecond(Duration time) throws SQLException {
    var begun = System.nanoTime();
    var done = 0L;
    for (; System.nanoTime() - begun < time.toNanos(); done += batch) {
      add();
      if (insertsOnly) continue;
      var leased = lease();
      acknowledge(leased);
    }
    return Load.rate(done, System.nanoTime() - begun);
  }

  private void add() throws SQLException {
    for (var i = 0; i < batch; i++) {
      insert.setLong(1, ++lastAdded);
      insert.setBytes(2, body);
      insert.executeUpdate();
    }
    connection.commit();
  }

  private List<Long> lease() throws SQLException {
    next.setLong(1, lastLeased);
    next.setInt(2, batch);
    var leased = new ArrayList<Long>(batch);
    try (var rows = next.executeQuery()) {
      while (rows.next()) {
        leased.add(rows.getLong(1));
        if (rows.getBytes(2).length != BODY_BYTES) throw new IllegalStateException("half a body");
      }
    }
    for (var seq : leased) {
      lease.setLong(1, seq);
      lease.setLong(2, seq);
      lease.executeUpdate();
    }
    lastLeased = leased.getLast();
    connection.commit();
    return leased;
  }

  private void acknowledge(List<Long> leased) throws SQLException {
    for (var seq : leased) {
      unlease.setLong(1, seq);
      unlease.setLong(2, seq);
      unlease.executeUpdate();
      remove.setLong(1, seq);
      remove.executeUpdate();
    }
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }
}
