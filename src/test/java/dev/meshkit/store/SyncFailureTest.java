package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.store.DiskRecording.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q6 A sync that fails ends the store (ARCHITECTURE §9.3): it is never tried again, for the kernel
 * may have marked the lost pages clean, and what was acknowledged is there at the next start.
 */
@Timeout(300)
class SyncFailureTest {
  private static final Path STRACE = Path.of("/usr/bin/strace");

  @TempDir Path directory;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void database() {
    assumeTrue(Files.isExecutable(STRACE), "no strace on this machine");
    StoreFixture.open(directory).close();
  }

  /** Q6 The commit whose sync failed is in doubt, and its caller is told so. */
  @Test
  void aCommitWhoseSyncFailsIsInDoubtAndTheLast() throws Exception {
    var steps = failing("mesh.db-wal", 20);
    var durable = durable();
    assertTrue(durable > 10, said::toString);
    assertEquals("error error.store.unknown", said.get(durable));
    assertEquals(List.of(), syncsAfterTheFailed(steps));
    assertKept(durable, durable + 1);
  }

  /** Q6 So is a checkpoint's: whoever had his answer before keeps what he was told. */
  @Test
  void aCheckpointWhoseSyncFailsLosesNothing() throws Exception {
    var steps = failing("mesh.db", 1);
    var durable = durable();
    assertTrue(durable > 10, said::toString);
    assertEquals("error error.store.closed", said.get(durable));
    assertEquals(List.of(), syncsAfterTheFailed(steps));
    assertKept(durable, durable);
  }

  /** What strace saw of a child whose {@code nth} sync of a file fails; only that one would. */
  private List<Step> failing(String file, int nth) throws Exception {
    var log = directory.resolve("strace");
    var inject = " -P " + directory.resolve(file) + " -e inject=fsync,fdatasync:error=EIO:when=";
    var strace = DiskRecording.STRACE + log + inject + nth;
    try (var child = ChildJvm.under(strace, FailStopChild.class, directory.toString())) {
      for (var line = child.line(); line.isPresent(); line = child.line()) said.add(line.get());
      assertEquals(12, child.await(), said::toString);
    }
    return DiskRecording.read(log);
  }

  private int durable() {
    return (int) said.stream().filter(line -> line.startsWith("durable ")).count();
  }

  private static List<Step> syncsAfterTheFailed(List<Step> steps) {
    var syncs =
        steps.stream()
            .filter(step -> step instanceof Step.Synced || step instanceof Step.SyncFailed)
            .toList();
    var failed = syncs.stream().filter(Step.SyncFailed.class::isInstance).findFirst().orElseThrow();
    return syncs.subList(syncs.indexOf(failed) + 1, syncs.size());
  }

  private void assertKept(long least, long most) throws InterruptedException {
    try (var store = StoreFixture.open(directory)) {
      var found =
          store
              .read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1)))
              .orThrow()
              .getFirst();
      assertTrue(least <= found && found <= most, found + " of " + least);
    }
  }
}
