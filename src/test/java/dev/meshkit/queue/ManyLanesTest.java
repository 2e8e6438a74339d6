package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q11, Q14, Q27: more lanes, and more leases, than one read or one page has. */
@Timeout(120)
class ManyLanesTest {
  private static final int LANES = 5_600; // a page of lanes is 5,000, one of rows 500
  private static final QueueOptions OPTIONS = QueueOptions.of("q");

  @TempDir Path directory;
  private final ManualClocks clocks = new ManualClocks();

  /** Q27 A head that nobody takes is dead ten seconds after its time, in whichever lane it is. */
  @Test
  void headsExpireInAllLanesAtOnce() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      var brief = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(1), OnExpiry.DROP);
      fixture.queue().enqueueAll(tasks(LANES, brief)).orThrow();
      assertEquals(LANES, fixture.queue().fronts().orThrow().size());
      fixture.pass(clocks, Duration.ofSeconds(10));
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
      assertEquals(0, fixture.queue().stats().lanes().stream().mapToLong(LaneStats::live).sum());
    }
  }

  /** Q27 Also those of lanes beyond the first page alone; and then there is nothing to look for. */
  @Test
  void theLastLaneIsLookedAtToo() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      var brief = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(1), OnExpiry.DROP);
      fixture.queue().enqueueAll(tasks(LANES, TaskOptions.DEFAULTS)).orThrow();
      fixture.queue().enqueue(task(LANES, brief)).orThrow();
      fixture.pass(clocks, Duration.ofSeconds(10));
      assertEquals(LANES, fixture.number("SELECT count(*) FROM task"));
      var batch = fixture.number("SELECT batch FROM progress");
      fixture.pass(clocks, Duration.ofSeconds(60));
      assertEquals(batch, fixture.number("SELECT batch FROM progress"));
    }
  }

  /** Q14 Six hundred silent workers lose their leases, each charged, none for good. */
  @Test
  void moreLeasesExpireAtOnceThanAPageHas() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      fixture.queue().enqueueAll(tasks(600, TaskOptions.DEFAULTS)).orThrow();
      assertEquals(600, fixture.queue().lease(600, Duration.ZERO).orThrow().size());
      fixture.pass(clocks, OPTIONS.leases().time().plusSeconds(2));
      assertEquals(0, fixture.number("SELECT count(*) FROM lease"));
      assertEquals(600, fixture.number("SELECT count(*) FROM task WHERE attempt = 1"));
      assertEquals(600, fixture.queue().lease(600, Duration.ZERO).orThrow().size());
    }
  }

  private static List<TaskSpec<Bytes>> tasks(int lanes, TaskOptions options) {
    return IntStream.range(0, lanes).mapToObj(i -> task(i, options)).toList();
  }

  private static TaskSpec<Bytes> task(int lane, TaskOptions options) {
    return new TaskSpec<>(Lane.of("k" + lane), "kind", Bytes.utf8("body"), options);
  }
}
