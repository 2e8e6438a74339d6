package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * An I/O error at COMMIT ends the store (ARCHITECTURE §9.3): waiting callers get {@code
 * error.store.unknown}, nothing is tried again, and the next start reads what is there.
 */
@Timeout(300)
class FailStopTest {
  @TempDir Path directory;

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anIoErrorAtCommitEndsTheStoreAndLosesNothingThatWasAcknowledged() throws Exception {
    // given a process whose files may not grow beyond 4 MiB: a write of the WAL fails with EFBIG
    var lines = new ArrayList<String>();
    try (var child = ChildJvm.start("ulimit -f 4096", FailStopChild.class, directory.toString())) {
      for (var line = child.line(); line.isPresent(); line = child.line()) lines.add(line.get());
      assertEquals(12, child.await());
    }
    // then its callers were told that the outcome is unknown, the node that the store has failed
    var durable = lines.stream().filter(line -> line.startsWith("durable ")).count();
    assertTrue(durable > 10, lines.toString());
    assertEquals("error error.store.unknown", lines.get((int) durable));
    assertEquals("failed error.store.unknown", lines.get((int) durable + 1));
    assertEquals("after error.store.closed", lines.get((int) durable + 2));
    // and the next start finds all that was acknowledged, and at most the one in doubt besides
    try (var store = StoreFixture.open(directory)) {
      var found =
          store
              .read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1)))
              .orThrow()
              .getFirst();
      assertTrue(found == durable || found == durable + 1, found + " of " + durable);
    }
  }
}
