package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.store.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fault table's clock of ±1 h and ±10 y, with a real process and libfaketime. */
@Timeout(120)
class ClockStepsTest {
  @TempDir Path directory;

  /** Q27, Q13 No lease is lost, none charged, nothing comes early or twice, and nothing expires. */
  @Test
  void aWallClockThatJumpsChangesNothing() throws Exception {
    var library = library();
    assumeTrue(library.isPresent(), "libfaketime is not here: apt-get install faketime");
    var clock = Files.writeString(directory.resolve("clock"), "+0\n");
    var fake =
        "export LD_PRELOAD=%s FAKETIME_TIMESTAMP_FILE=%s FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1"
            .formatted(library.get(), clock);
    var store = Files.createDirectory(directory.resolve("store")).toString();
    String begun;
    // given a process whose wall clock goes an hour and ten years either way
    try (var child = ChildJvm.start(fake, ClockStepsChild.class, store, clock.toString())) {
      // then what was to wait 400 ms waits so long, whatever the clock says
      for (var step : ClockStepsChild.STEPS) onTime(child, step);
      // and who held a lease holds it still, at the first attempt
      for (var i = 0; i < ClockStepsChild.HELD; i++)
        assertEquals("S " + new Settled.Done() + " 1", child.line().orElseThrow());
      assertEquals("V " + ClockStepsChild.LIVES + " 0", child.line().orElseThrow());
      begun = child.line().orElseThrow().substring("N ".length());
      assertEquals(0, child.await());
    }
    // and when it starts again twenty years earlier, what waited comes, and what lives lives
    Files.writeString(clock, "-10y\n");
    try (var child = ChildJvm.start(fake, ClockStepsChild.class, store, clock.toString(), begun)) {
      onTime(child, "next");
      assertEquals("V " + ClockStepsChild.LIVES + " 0", child.line().orElseThrow());
      assertEquals(0, child.await());
    }
  }

  private static void onTime(ChildJvm child, String name) throws Exception {
    var words = List.of(child.line().orElseThrow().split(" "));
    assertEquals(List.of("L", name), words.subList(0, 2));
    var ms = Long.parseLong(words.get(2));
    assertTrue(ms >= ClockStepsChild.LATER.toMillis(), name + " came early: " + words);
  }

  private static Optional<Path> library() {
    return Stream.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib")
        .map(lib -> Path.of(lib, "faketime", "libfaketime.so.1"))
        .filter(Files::isReadable)
        .findFirst();
  }
}
