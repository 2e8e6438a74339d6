package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.api.MeshError.Retry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q4, and the table of faults, foreign lock: while another process holds it, a store is opened. */
@Timeout(120)
class OpenUnderLockTest {
  @TempDir Path directory;

  /** Q4 It is waited out until the deadline; then who has the file is said, and a retry works. */
  @Test
  void aForeignLockIsNoFaultOfTheFile() throws Exception {
    StoreFixture.open(directory).close();
    try (var locker = ChildJvm.start("", LockerChild.class, directory.toString())) {
      assertEquals(Optional.of("locked"), locker.line());
      var limits = StoreLimits.DEFAULTS.withCommitDeadline(Duration.ofMillis(100));
      var refused = error(Store.open(StoreFixture.options(directory).with(limits)));
      assertEquals("error.store.busy", refused.code());
      assertEquals(Retry.SAFE, refused.retry());
      assumeTrue(Files.exists(Path.of("/proc/self/fd")), "who has a file open is in /proc");
      assertTrue(refused.why().contains("java (" + locker.pid() + ")"), refused.text());
      locker.kill();
      locker.await();
    }
    StoreFixture.open(directory).close();
  }
}
