package dev.meshkit.store;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file that may not be written is refused before SQLite opens it, which would leave a log and an
 * index beside it; so what the refusal advises is enough. In a process that modes hold for.
 */
@Timeout(300)
class AccessTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"r--r--r--, rw-r--r--", "---------, rw-------"})
  void aFileThatMayNotBeWrittenIsLeftAlone(String closed, String open) throws Exception {
    StoreFixture.open(directory).close();
    refusedThenOpened("mesh.db", closed, open);
  }

  /** What was left by a program that did open it. */
  @Test
  void anIndexThatMayNotBeWrittenIsNamed() throws Exception {
    var live = Files.createDirectory(directory.resolve("live"));
    try (var _ = StoreFixture.open(live)) {
      for (var name : List.of("mesh.db", "mesh.db-wal", "mesh.db-shm"))
        Files.copy(live.resolve(name), directory.resolve(name));
    }
    refusedThenOpened("mesh.db-shm", "r--r--r--", "rw-r--r--");
  }

  @Test
  void aDirectoryThatMayNotBeWrittenIsNamed() throws Exception {
    StoreFixture.open(directory).close();
    refusedThenOpened("", "r-xr-xr-x", "rwxr-xr-x");
  }

  private void refusedThenOpened(String name, String closed, String open) throws Exception {
    Files.writeString(directory.resolve("mesh.lock"), ""); // or that is what cannot be made
    var file = name.isEmpty() ? directory : directory.resolve(name);
    Files.setPosixFilePermissions(file, fromString(closed));
    var before = tree();
    var said = child();
    Files.setPosixFilePermissions(file, fromString(name.isEmpty() ? open : "rw-------"));
    var after = tree();
    for (var line : said) {
      assertTrue(line.startsWith("MK-STO-001 "), said.toString());
      assertTrue(line.contains(" " + file), said.toString());
    }
    assertEquals(before, after);
    Files.setPosixFilePermissions(file, fromString(open));
    assertEquals(List.of("fits", "fits"), child());
  }

  private List<String> child() throws IOException {
    var said = new ArrayList<String>();
    try (var child = ChildJvm.heldToModes(AccessChild.class, directory.toString())) {
      for (var line = child.line(); line.isPresent(); line = child.line()) said.add(line.get());
    }
    assertEquals(2, said.size(), said.toString());
    return said;
  }

  /** Sizes and times by name. */
  private TreeMap<String, String> tree() throws IOException {
    var all = new TreeMap<String, String>();
    try (var files = Files.list(directory)) {
      for (var file : files.toList())
        all.put(
            file.getFileName().toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file));
    }
    return all;
  }
}
