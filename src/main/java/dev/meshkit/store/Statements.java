package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Unit;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.ProgressHandler;

/**
 * One connection and its prepared statements, confined to the platform thread that made it.
 *
 * <p>Every JDBC call of MeshKit after opening goes through here: results are always closed (rule
 * R3: an unread one makes COMMIT fail), nothing asks for generated keys (R4), and a virtual thread
 * is refused (R6: a native frame pins its carrier).
 */
final class Statements implements AutoCloseable {
  /** Prepared statements kept; the code has fewer, applications may have more. */
  private static final int KEPT = 256;

  private final Connection connection;
  private final Thread owner = Thread.currentThread();
  private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(64, 0.75f, true);
  private long executed; // owned by the thread

  Statements(Connection connection) {
    if (owner.isVirtual()) throw new IllegalStateException("JDBC belongs on a platform thread");
    this.connection = connection;
  }

  <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    try (var rows = bind(sql, parameters).executeQuery()) {
      var all = new ArrayList<T>();
      while (rows.next()) all.add(row.read(rows));
      return all;
    } catch (SQLException cause) {
      throw failed(sql, cause);
    }
  }

  int update(String sql, Object... parameters) {
    try {
      return bind(sql, parameters).executeUpdate();
    } catch (SQLException cause) {
      throw failed(sql, cause);
    }
  }

  /** How many prepared statements it has run: what work costs, however fast the machine is. */
  long executed() {
    return executed;
  }

  /** Runs a statement, or a script of them, that is not worth preparing. */
  void script(String sql) {
    confined();
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException cause) {
      throw new StoreException(sql.lines().findFirst().orElse(""), cause);
    }
  }

  /** Calls {@code handler} every so many steps of whatever statement runs, from now on. */
  void every(int steps, ProgressHandler handler) {
    confined();
    try {
      ProgressHandler.setHandler(connection, steps, handler);
    } catch (SQLException cause) {
      throw new StoreException("setting a progress handler", cause);
    }
  }

  /** {@code BEGIN IMMEDIATE} on, {@code COMMIT} off: the only two that R1 leaves. */
  void autoCommit(boolean on) {
    confined();
    try {
      connection.setAutoCommit(on);
    } catch (SQLException cause) {
      throw new StoreException(on ? "COMMIT" : "BEGIN IMMEDIATE", cause);
    }
  }

  @Override
  public void close() {
    confined();
    try {
      for (var statement : prepared.values()) statement.close();
      connection.close();
    } catch (SQLException cause) {
      throw new StoreException("close", cause);
    }
  }

  private PreparedStatement bind(String sql, Object... parameters) throws SQLException {
    confined();
    executed++;
    var statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
      evict();
    }
    for (var i = 0; i < parameters.length; i++) bind(statement, i + 1, parameters[i]);
    return statement;
  }

  private static void bind(PreparedStatement statement, int at, Object value) throws SQLException {
    switch (value) {
      case Long number -> statement.setLong(at, number);
      case Integer number -> statement.setInt(at, number);
      case Boolean truth -> statement.setInt(at, truth ? 1 : 0);
      case Double number -> statement.setDouble(at, number);
      case String text -> statement.setString(at, text);
      case Bytes bytes -> statement.setBytes(at, bytes.toArray());
      case Unit _ -> statement.setNull(at, java.sql.Types.NULL);
      default ->
          throw new IllegalArgumentException(
              "parameter " + at + " is a " + value.getClass().getName());
    }
  }

  /** The driver does not run a statement again that has failed: the next use prepares another. */
  private StoreException failed(String sql, SQLException cause) {
    try (var _ = prepared.remove(sql)) {
      return new StoreException(sql, cause);
    } catch (SQLException closing) {
      cause.addSuppressed(closing);
      return new StoreException(sql, cause);
    }
  }

  private void evict() throws SQLException {
    if (prepared.size() <= KEPT) return;
    var eldest = prepared.entrySet().iterator();
    eldest.next().getValue().close();
    eldest.remove();
  }

  private void confined() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "this connection belongs to " + owner.getName() + ", not to " + Thread.currentThread());
    }
  }
}
