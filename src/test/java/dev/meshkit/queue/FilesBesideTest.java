package dev.meshkit.queue;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q7 What lies beside a file of queues is its own, and nothing else is taken for it. */
class FilesBesideTest {
  @TempDir Path directory;

  /** Q7 What has no name is no file, by whatever link. */
  @Test
  void theRootIsNoFile() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("orders.db"), Path.of("/"));
    for (var none : new Path[] {Path.of("/"), link})
      assertEquals("MK-STO-001", error(QueueFile.open(none)).details().get("mk"));
    Files.delete(link);
  }

  /** Q7 Two files are two, however alike their names are. */
  @Test
  void aFileWithoutAnEndIsAnother() {
    try (var first = QueueFile.open(directory.resolve("orders.db")).orThrow();
        var second = QueueFile.open(directory.resolve("orders")).orThrow()) {
      assertTrue(first.failure().isEmpty() && second.failure().isEmpty());
      for (var name : new String[] {".lock", ".reserve", "-lock", "-reserve"})
        assertTrue(Files.exists(directory.resolve("orders" + name)), name);
    }
  }

  /** Q5, Q7 What is in the reserve's place and none of ours is neither overwritten nor removed. */
  @Test
  void somethingElseInTheReservesPlaceStays() throws Exception {
    var file = directory.resolve("orders.db");
    var theirs = directory.resolve("orders.reserve");
    var text = "\0\0seats: 4, the name is Mendes";
    Files.writeString(theirs, text);
    var refused = error(QueueFile.open(file));
    assertEquals("MK-STO-001", refused.details().get("mk"));
    assertTrue(refused.why().contains("orders.reserve"), refused.text());
    assertEquals(text, Files.readString(theirs));
    assertFalse(Files.exists(file));
    Files.write(theirs, new byte[1000]); // one of ours, broken off or of another size
    QueueFile.open(file).orThrow().close();
    assertEquals(16 << 20, Files.size(theirs));
  }
}
