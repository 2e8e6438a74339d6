package dev.meshkit.store;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.CountDownLatch;

/** Begins to read a database in a transaction, says so, and stays until it is killed. */
final class ReaderChild {
  private ReaderChild() {}

  public static void main(String[] arguments) throws Exception {
    var file = Path.of(arguments[0]).resolve("mesh.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("BEGIN");
      statement.executeQuery("SELECT count(*) FROM app_body").close();
      ChildJvm.say("reading");
      new CountDownLatch(1).await();
    }
  }
}
