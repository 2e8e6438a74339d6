package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers of recordings as killed processes leave them. */
class UnfinishedTest {
  private static final byte RECORDING = 1;

  @TempDir private Path directory;

  private Path recording(int bytes, long size, long metadata) throws Exception {
    var chunk = ByteBuffer.allocate(bytes);
    if (bytes > 64) chunk.putLong(8, size).putLong(24, metadata).put(64, RECORDING);
    return Files.write(directory.resolve("one.jfr"), chunk.array());
  }

  @Test
  void isCutOffAfterItsLastFlush() throws Exception {
    var file = recording(300, 200, 100);
    assertTrue(Unfinished.finish(file));
    assertEquals(200, Files.size(file));
    assertEquals(0, Files.readAllBytes(file)[64]);
    assertTrue(Unfinished.finish(file), "it is finished already");
  }

  /** Nobody can read that one: its header is there, and no word of what its events are. */
  @Test
  void holdsNothingBeforeItsFirstFlush() throws Exception {
    assertFalse(Unfinished.finish(recording(68, 68, 0)));
    assertFalse(Unfinished.finish(recording(0, 0, 0)));
  }
}
