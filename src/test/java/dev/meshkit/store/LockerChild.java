package dev.meshkit.store;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.CountDownLatch;

/** Takes a database's write lock, says so, and keeps it until it is killed. */
final class LockerChild {
  private LockerChild() {}

  public static void main(String[] arguments) throws Exception {
    var file = Path.of(arguments[0]).resolve("mesh.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      ChildJvm.say("locked");
      new CountDownLatch(1).await();
    }
  }
}
