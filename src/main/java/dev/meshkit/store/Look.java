package dev.meshkit.store;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** What can be said of a database that is not open here; leaves no trace. */
public final class Look {
  private Look() {}

  /** Whether a process has this database open now. Never waits, and changes nothing. */
  public static boolean isInUse(Path database) {
    return StoreLock.isHeld(database);
  }

  /**
   * Whether {@link Store#open} would refuse the file for what it holds: {@code MK-STO-004}, {@code
   * MK-STO-005}, or {@code MK-STO-001} if it is damaged or this user may not read and write it.
   * Leaves no trace, so several files can be looked at before the first is changed. A disk that
   * fails is none of its business: {@link Store#open} says so, under the lock.
   *
   * @param file the database, which need not exist
   * @param schema which list of migrations: {@code mesh} or {@code election}
   * @param identity as in {@link StoreOptions}; an empty value fits no file that has one
   */
  public static Result<Unit> inspect(Path file, String schema, Map<String, String> identity) {
    try {
      var look = new Inspection(file, Schema.load(schema).version(), identity);
      return look.refusal().<Result<Unit>>map(Result::err).orElseGet(Result::ok);
    } catch (StoreException damaged) {
      return damaged.isDamage() ? Result.err(StoreErrors.unopened(file, damaged)) : Result.ok();
    } catch (SQLException | IOException _) {
      return Result.ok();
    }
  }

  /**
   * Whether it is certain that a file holds nothing of an earlier life: there is none, or it is
   * empty, or without a schema. Leaves no trace; of what cannot be read nothing is certain.
   */
  public static boolean isBlank(Path file) {
    try {
      return new Inspection(file, 0, Map.of()).isBlank();
    } catch (SQLException | IOException | StoreException _) {
      return false;
    }
  }

  /**
   * A text value of the table {@code meta}, as far as it can be read without leaving a trace: a log
   * whose index is missing is not read.
   */
  public static Optional<String> fact(Path file, String key) {
    try {
      return new Inspection(file, 0, Map.of()).fact(key);
    } catch (SQLException | IOException | StoreException _) {
      return Optional.empty();
    }
  }
}
