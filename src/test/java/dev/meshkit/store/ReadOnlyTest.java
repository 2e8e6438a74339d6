package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q5, the table of faults: a disk that becomes read-only under a running store. Nobody can remount
 * one on which a file is open for writing, only a kernel that found it damaged does; so what that
 * does, EROFS to each write and to whoever asks whether he may, is done by strace.
 */
@Timeout(300)
class ReadOnlyTest {
  private static final Path STRACE = Path.of("/usr/bin/strace");

  @TempDir Path directory;
  private final List<String> said = new ArrayList<>();

  /** Q5, Q6 Writes are refused as such, none is in doubt, and they go on when it is over. */
  @Test
  void aReadOnlyDiskRefusesWritesUntilItIsOver() throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "no strace on this machine");
    try (var child = ChildJvm.start("", ReadOnlyChild.class, directory.toString())) {
      assertEquals("ready", child.line().orElseThrow());
      var disk = readOnly(child.pid());
      var wanted = new AtomicBoolean(true);
      disk.onExit().thenRun(() -> endUnless(child, wanted)); // else it would go on for ever
      try {
        for (var i = 0; i < 4; i++) assertTrue(hear(child) || isUnwatched(), said::toString);
      } finally {
        wanted.set(false);
        disk.destroy(); // it lets go of the child
        disk.waitFor();
      }
      while (hear(child)) {}
      assertEquals(0, child.await(), said::toString);
    }
    assertEquals(
        List.of(
            "put error.store.read_only MK-STO-011 READ_ONLY",
            "trouble error.store.read_only",
            "rows true",
            "put error.store.read_only",
            "put true",
            "rows true",
            "trouble false",
            "check ok"),
        said);
  }

  private boolean hear(ChildJvm child) throws Exception {
    var line = child.line();
    line.ifPresent(said::add);
    return line.isPresent();
  }

  private static void endUnless(ChildJvm child, AtomicBoolean wanted) {
    if (wanted.get()) child.kill();
  }

  /** Skips if strace says so; a child that dies takes it along too, and that is no reason to. */
  private boolean isUnwatched() throws Exception {
    var why = Files.readString(directory.resolve("refused"));
    assumeFalse(why.contains("ptrace("), why);
    return false;
  }

  private Process readOnly(long pid) throws Exception {
    var command =
        List.of(
            STRACE.toString(),
            "-f",
            "-q",
            "-p",
            Long.toString(pid),
            "-P",
            directory.resolve("mesh.db").toString(),
            "-P",
            directory.resolve("mesh.db-wal").toString(),
            "-e",
            "trace=pwrite64,access,faccessat,faccessat2",
            "-e",
            "inject=pwrite64,access,faccessat,faccessat2:error=EROFS",
            "-o",
            directory.resolve("strace").toString());
    return new ProcessBuilder(command).redirectError(directory.resolve("refused").toFile()).start();
  }
}
