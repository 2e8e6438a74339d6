package dev.meshkit.bench.queue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.javax.SQLiteConnectionPoolDataSource;

/** Connections to one file that wait, when they are closed, for whoever opens the next. */
final class KeptConnections extends SQLiteDataSource implements AutoCloseable {
  private final SQLiteConnectionPoolDataSource source = new SQLiteConnectionPoolDataSource();
  private final ConcurrentLinkedQueue<PooledConnection> free = new ConcurrentLinkedQueue<>();

  KeptConnections(Path file) {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(30_000);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    source.setConfig(config);
    source.setUrl("jdbc:sqlite:" + file);
  }

  @Override
  public Connection getConnection() throws SQLException {
    var kept = free.poll();
    return (kept == null ? open() : kept).getConnection();
  }

  private PooledConnection open() throws SQLException {
    var fresh = source.getPooledConnection();
    fresh.addConnectionEventListener(
        new ConnectionEventListener() {
          @Override
          public void connectionClosed(ConnectionEvent event) {
            free.add(fresh);
          }

          @Override
          public void connectionErrorOccurred(ConnectionEvent event) {
            throw new IllegalStateException(event.getSQLException());
          }
        });
    return fresh;
  }

  @Override
  public void close() {
    for (var kept = free.poll(); kept != null; kept = free.poll()) {
      try {
        kept.close();
      } catch (SQLException cause) {
        throw new IllegalStateException(cause);
      }
    }
  }
}
