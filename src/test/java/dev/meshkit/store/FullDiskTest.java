package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q5 A real disk of 24 MiB that is filled, in the middle of a batch too. */
@Timeout(300)
class FullDiskTest {
  @TempDir Path directory;

  /**
   * Q5 Disk full refuses enqueues, still settles, and ends by itself when space returns. Q3 One
   * that wants more than there is fails alone.
   */
  @Test
  void aFullDiskRefusesWhatAddsAndStillEndsWork() throws Exception {
    var reason = ChildJvm.withoutSmallDisks(directory);
    assumeTrue(reason.isEmpty(), reason);
    var said = new ArrayList<String>();
    try (var child = ChildJvm.onSmallDisk(24, directory, FullDiskChild.class)) {
      for (var line = child.line(); line.isPresent(); line = child.line()) said.add(line.get());
      assertEquals(0, child.await(), said::toString);
    }
    assertEquals(
        List.of(
            "settled beside them ok 1",
            "added some true",
            "state DEGRADED_FULL error.store.full",
            "add error.store.full",
            "reserve false",
            "settle ok 1",
            "settle ok 1",
            "settle ok 1",
            "before it ok 1",
            "greedy error.store.full",
            "behind it ok 1",
            "behind it ok 1",
            "behind it ok 1",
            "behind it ok 1",
            "rows true",
            "again ok 1",
            "reserve 4194304",
            "rows true",
            "check ok",
            "opened DEGRADED_FULL",
            "add error.store.full",
            "settle ok 1"),
        said);
  }

  /** Q5 So does a queue: what waits in it is worked off, and it takes more when it can. */
  @Test
  void aQueueOnAFullDiskIsWorkedOff() throws Exception {
    var reason = ChildJvm.withoutSmallDisks(directory);
    assumeTrue(reason.isEmpty(), reason);
    var said = new ArrayList<String>();
    try (var child = ChildJvm.onSmallDisk(24, directory, FullQueueChild.class)) {
      for (var line = child.line(); line.isPresent(); line = child.line()) said.add(line.get());
      assertEquals(0, child.await(), said::toString);
    }
    assertEquals(
        List.of(
            "enqueue error.store.full DEGRADED_FULL",
            "all done DEGRADED_FULL enqueue error.store.full",
            "enqueue ok",
            "then done",
            "check ok"),
        said);
  }
}
