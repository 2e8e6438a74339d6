package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.TxWork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q11 Every view runs in a sqlite3 shell (3.40 and later), -readonly, against a live node. */
class ViewsTest {
  private static final Path SHELL = Path.of("/usr/bin/sqlite3");

  @TempDir Path directory;

  @Test
  void everyViewRunsInAShellBesideALiveNode() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "no sqlite3 shell on this machine");
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("mesh-out").traceRows(100))) {
      for (var body : List.of("a", "b", "c")) fixture.enqueue(body);
      fixture.queue().settle(fixture.lease(), new Poison(QueueFixture.WHY)).orThrow();
      fixture.lease();
      new Inbox(fixture.store())
          .lane(new Inbox.Source(NodeId.of("eu", "n1"), Bytes.of(new byte[16]), "bulk"))
          .apply(3, TxWork.NONE)
          .orThrow();
      assertEquals("mesh-out|1|1|0|1|1|2|open\n", shell("SELECT * FROM v_queue"));
      assertEquals(
          "mesh-out|eu/n2|bulk|1|0|1|1|open\n",
          shell("SELECT queue, lane, class, ready, delayed, leased, dead, state FROM v_lanes"));
      assertEquals(
          "leased|1/5\nready|0/5\n", shell("SELECT state, attempt FROM v_tasks ORDER BY id"));
      assertEquals(
          "eu/n2|bulk|test.kind|sent|2|1/5\neu/n2|bulk|test.kind|waiting|0|0/5\n",
          shell("SELECT peer, class, topic, state, number, attempt FROM v_outbox ORDER BY id"));
      assertEquals(
          "enqueued 3, leased 2, poisoned 1, dead 1\n",
          shell(
              "SELECT group_concat(lower(what) || ' ' || n, ', ') FROM"
                  + " (SELECT what, count(*) AS n FROM v_trace GROUP BY what ORDER BY min(n))"));
      assertEquals(
          "permanent|error.test|it failed|1\n",
          shell("SELECT reason, code, why, attempts FROM v_poison"));
      assertEquals("eu/n1|bulk|3|1+1\n", shell("SELECT peer, lane, highest, missing FROM v_inbox"));
      for (var view :
          shell("SELECT name FROM sqlite_schema WHERE type = 'view'").lines().toList()) {
        shell("SELECT * FROM " + view);
      }
      fixture.queue().pause(new Target.Queue(), new Audit("ana", "disk")).orThrow();
      assertEquals(
          "1|pause|done|queue=mesh-out|1|0|ana|disk\n",
          shell("SELECT id, kind, state, what, done, left, actor, reason FROM v_jobs"));
      assertEquals("paused by ana\n", shell("SELECT state FROM v_queue"));
      assertTrue(shell("SELECT boot FROM v_store").startsWith("1"));
    }
  }

  private String shell(String sql) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                SHELL.toString(), "-readonly", directory.resolve("mesh.db").toString(), sql)
            .redirectErrorStream(true)
            .start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), sql + "\n" + out);
    return out;
  }
}
