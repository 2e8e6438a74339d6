package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The driver's exception on its way out of an operation; it never leaves the store.
 *
 * <p>Thrown by {@link StoreTx} and {@link Reading}, so that an operation that cannot go on need not
 * say so; the committer turns it into a verdict.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a fault means for the batch it happens in. */
  enum Fault {
    /** Another connection holds a lock. */
    BUSY,
    /** No room on the disk; SQLite has rolled back by itself. */
    FULL,
    /** The file or the device is broken: the store ends. */
    FATAL,
    /** The statement was refused: the operation's own fault. */
    STATEMENT
  }

  private static final int ERROR = 1;
  private static final int CORRUPT = 11;

  private final Fault fault;

  StoreException(String tried, SQLException cause) {
    super(tried + ": " + cause.getMessage(), cause);
    this.fault = fault(cause);
  }

  /** Of what came after {@code first} in the same transaction, whose fault it shares. */
  private StoreException(String tried, StoreException first) {
    super(
        tried + ": not done, for its transaction has ended with: " + first.getMessage(),
        first.getCause());
    this.fault = first.fault;
  }

  /** The same fault, for a statement that was not even begun because of it. */
  StoreException preventing(String tried) {
    return new StoreException(tried, this);
  }

  /** What a check of the file has found. */
  static StoreException damage(String found) {
    return new StoreException("check", new SQLException(found, "", CORRUPT));
  }

  Fault fault() {
    return fault;
  }

  /**
   * Whether SQLite may have rolled back by itself: whatever is run on the connection from then on
   * would be a transaction of its own, see https://sqlite.org/lang_transaction.html, "Response To
   * Errors Within A Transaction".
   */
  boolean endsTransaction() {
    return fault != Fault.STATEMENT
        || (getCause() instanceof SQLException sql
            && switch (code(sql)) {
              case 7, 9 -> true; // NOMEM, INTERRUPT
              default -> false;
            });
  }

  /**
   * Whether there was no room for the file, or for the log's index beside it. Only while opening:
   * later the index may lack room for what is in the log already.
   */
  boolean isFull() {
    return fault == Fault.FULL
        || (getCause() instanceof SQLiteException sqlite
            && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
  }

  /**
   * Whether a write was refused before anything that counts was written: no commit is in doubt.
   * What the log holds of it has no end, and is written over by the next one.
   */
  boolean isRefusedWrite() {
    return getCause() instanceof SQLiteException sqlite
        && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_WRITE
            || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_READONLY);
  }

  /** Whether what is in the file makes no sense, rather than the disk failing. */
  boolean isDamage() {
    return getCause() instanceof SQLException sql
        && switch (code(sql)) {
          case CORRUPT, 26 -> true; // NOTADB
          default -> false;
        };
  }

  /** SQLite's primary result codes, https://sqlite.org/rescode.html. */
  private static Fault fault(SQLException cause) {
    return switch (code(cause)) {
      case 5, 6 -> Fault.BUSY; // BUSY, LOCKED
      case 13 -> Fault.FULL; // FULL
      case 10, 11, 26, 8, 14 -> Fault.FATAL; // IOERR, CORRUPT, NOTADB, READONLY, CANTOPEN
      default -> Fault.STATEMENT;
    };
  }

  /**
   * The primary code. What a virtual table says of its own content is no damage of the file, though
   * its primary code says so: then only the statement has failed.
   */
  private static int code(SQLException cause) {
    var isContent =
        cause instanceof SQLiteException sqlite
            && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT_VTAB;
    return isContent ? ERROR : cause.getErrorCode() & 0xff;
  }

  /** The verdict on an operation that threw {@code thrown}. */
  static MeshError verdict(String op, Throwable thrown) {
    var error =
        new MeshError.Fault(
            "error.store.op",
            op,
            String.valueOf(thrown.getMessage()),
            "it was rolled back, alone; mend what it does",
            MeshError.Retry.SAFE,
            java.util.Map.of(),
            java.util.Optional.of(thrown));
    return error;
  }
}
