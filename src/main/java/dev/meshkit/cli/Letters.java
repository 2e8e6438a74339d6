package dev.meshkit.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a node's {@link Letterbox} has recorded, as anybody with the file could. */
final class Letters {
  private static final String EXISTS =
      "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'app_message'";
  private static final String BODIES = "SELECT body FROM app_message ORDER BY n";

  private Letters() {}

  /** The bodies in the order they were applied; none if nothing has arrived yet. Read-only. */
  static List<String> in(Path dataDir) throws IOException {
    var file = dataDir.resolve("mesh.db").toUri().getRawPath();
    try (var db = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro");
        var look = db.createStatement()) {
      look.execute("PRAGMA busy_timeout = 5000");
      try (var table = look.executeQuery(EXISTS)) {
        if (!table.next()) return List.of();
      }
      var bodies = new ArrayList<String>();
      try (var rows = look.executeQuery(BODIES)) {
        while (rows.next()) bodies.add(new String(rows.getBytes(1), StandardCharsets.UTF_8));
      }
      return bodies;
    } catch (SQLException unreadable) {
      throw new IOException(
          "reading " + dataDir + "/mesh.db: " + unreadable.getMessage(), unreadable);
    }
  }
}
