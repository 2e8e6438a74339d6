package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.store.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fault table's pause of two leases, with a real process, SIGSTOP and SIGCONT. */
@Timeout(120)
class PausedProcessTest {
  @TempDir Path directory;

  /** Q13 A paused JVM expires no lease, and charges nobody. */
  @Test
  void aProcessThatWasStoppedForTwoLeasesSettlesWhatItHolds() throws Exception {
    // given a process that holds three tasks
    try (var child = ChildJvm.start("", PausedChild.class, directory.toString())) {
      assertEquals("H", child.line().orElseThrow());
      // when it is stopped for twice as long as their leases last
      signal("STOP", child);
      var never = new CountDownLatch(1);
      never.await(PausedChild.LEASE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
      signal("CONT", child);
      // then all three are its own still, at their first attempt
      var said = Collections.nCopies(3, "S " + new Settled.Done() + " 1");
      for (var line : said) assertEquals(line, child.line().orElseThrow());
      assertEquals(0, child.await());
    }
    try (var fixture = QueueFixture.open(directory, PausedChild.OPTIONS)) {
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
      assertEquals(0, fixture.number("SELECT count(*) FROM dead"));
      assertEquals(0, fixture.queue().lease(1, Duration.ZERO).orThrow().size());
    }
  }

  private static void signal(String name, ChildJvm child) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
    assertEquals(0, kill.waitFor());
  }
}
