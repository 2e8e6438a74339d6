package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import dev.meshkit.runtime.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start that failed had made is gone again, and nothing else; the lock file stays, since
 * somebody may be waiting for it.
 */
class UnmakeTest {
  @TempDir Path directory;

  @Test
  void aDatabaseThatIsUnmadeIsGoneOnceItIsClosed() throws Exception {
    try (var store = open().orThrow()) {
      store.submit(Op.record("write", tx -> tx.update("UPDATE meta SET i = 7"))).orThrow();
      store.unmake();
      assertTrue(names().contains("mesh.db"), "not before it is closed");
    }
    assertEquals(List.of("mesh.lock"), names());
    open().orThrow().close(); // and there may be another
  }

  @Test
  void oneThatWasThereBeforeStays() throws Exception {
    var first = open().orThrow();
    first.close();
    try (var store = open().orThrow()) {
      store.unmake();
    }
    assertEquals(List.of("mesh.db", "mesh.lock", "mesh.reserve"), names());
    try (var store = open().orThrow()) {
      assertEquals(first.uuid(), store.uuid());
      assertEquals(3, store.boot());
    }
  }

  @Test
  void aRefusedOpeningLeavesWhatItFound() throws Exception {
    var file = directory.resolve("mesh.db");
    Files.writeString(file, "no database at all ".repeat(500));
    var before = Files.readString(file);
    assertFalse(open().isOk());
    assertEquals(before, Files.readString(file));
    assertEquals(List.of("mesh.db", "mesh.lock"), names());
    Files.delete(file);
    assertTrue(open().map(UnmakeTest::closed).isOk(), "no connection and no lock is left either");
  }

  private Result<Store> open() {
    return Store.open(StoreOptions.of(directory, "mesh", Clocks.system(), new SplittableRandom(5)));
  }

  private static boolean closed(Store store) {
    store.close();
    return true;
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
