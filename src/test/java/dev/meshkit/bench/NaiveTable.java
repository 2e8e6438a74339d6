package dev.meshkit.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What who has no store of effects writes by hand: a table of what was done, looked into before and
 * written after, one transaction an operation. Plain JDBC on a file of its own that is as durable
 * as the store's. One connection under a lock, as SQLite has one writer. Thread-safe.
 */
final class NaiveTable implements AutoCloseable {
  private static final String MAKE =
      "CREATE TABLE done (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID";
  private static final String SELECT = "SELECT value FROM done WHERE key = ?";
  private static final String INSERT = "INSERT INTO done (key, value) VALUES (?, ?)";

  private final ReentrantLock lock = new ReentrantLock();
  private final Connection connection;
  private final PreparedStatement select;
  private final PreparedStatement insert;

  NaiveTable(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (var settings = connection.createStatement()) {
      settings.execute("PRAGMA journal_mode = WAL");
      settings.execute("PRAGMA synchronous = FULL");
      settings.execute("PRAGMA cache_size = -32768");
      settings.execute(MAKE);
    }
    connection.setAutoCommit(false);
    select = connection.prepareStatement(SELECT);
    insert = connection.prepareStatement(INSERT);
  }

  /** What was done under this key; that is {@code value} from now on if nothing was. */
  String once(String key, String value) throws SQLException {
    lock.lock();
    try {
      var result = looked(key, value);
      connection.commit();
      return result;
    } finally {
      lock.unlock();
    }
  }

  private String looked(String key, String value) throws SQLException {
    select.setString(1, key);
    try (var rows = select.executeQuery()) {
      if (rows.next()) return rows.getString(1);
    }
    insert.setString(1, key);
    insert.setString(2, value);
    insert.executeUpdate();
    return value;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
