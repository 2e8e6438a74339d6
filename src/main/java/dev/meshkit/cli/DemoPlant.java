package dev.meshkit.cli;

import com.google.protobuf.util.Durations;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeaderList;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A fault put where the demo looks for faults, so that a test can see its own looking find it: a
 * stopped node's file, a node's answer, the list of processes.
 */
enum DemoPlant {
  /** A receiver forgets one message that its handler had recorded. */
  lose,
  /** A receiver has recorded one message twice. */
  duplicate,
  /** A second node claims each fence that somebody holds. */
  dual,
  /** A process outlives the mesh. */
  process;

  private static final String LOSE =
      "DELETE FROM app_message WHERE n = (SELECT min(n) FROM app_message)";
  private static final String DUPLICATE =
      "INSERT INTO app_message(sender, token, body)"
          + " SELECT sender, token, body FROM app_message ORDER BY n LIMIT 1";

  /** Changes a stopped node's file. */
  void plantIn(Path dataDir) throws IOException {
    switch (this) {
      case lose -> change(dataDir, LOSE);
      case duplicate -> change(dataDir, DUPLICATE);
      case dual, process -> {}
    }
  }

  /** What a node answers the watch: n5 says that it leads what somebody else leads. */
  LeaderList plantIn(DemoNode node, LeaderList answer) {
    if (this != dual || !node.name().equals("n5")) return answer;
    var changed = answer.toBuilder();
    for (var item : changed.getItemsBuilderList()) {
      if (item.getState() == LeaderItem.State.LED && item.hasLeader()) {
        item.setLeader(node.name()).setTenureLeft(Durations.fromSeconds(1));
      }
    }
    return changed.build();
  }

  /** Leaves a process behind, which ends by itself. */
  void plantProcess(Duration life) throws IOException {
    if (this == process) new ProcessBuilder("sleep", Long.toString(life.toSeconds())).start();
  }

  private static void change(Path dataDir, String sql) throws IOException {
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + dataDir.resolve("mesh.db"));
        var change = db.createStatement()) {
      if (change.executeUpdate(sql) != 1) throw new IOException("nothing to plant a fault in");
    } catch (SQLException failed) {
      throw new IOException("planting a fault in " + dataDir, failed);
    }
  }
}
