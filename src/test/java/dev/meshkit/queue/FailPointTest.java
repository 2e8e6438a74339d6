package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.queue.FailPointChild.Point;
import dev.meshkit.store.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Q1, Q11, Q15, Q20 with a process that is killed -9 just there: round BEGIN, COMMIT and reply. */
@Timeout(120)
class FailPointTest {
  static final QueueOptions OPTIONS = QueueOptions.of("q");

  private static final int SIGKILL = 128 + 9;

  @TempDir Path directory;

  /** An acknowledgement and what it enqueues are there, both or neither, and the counters agree. */
  @ParameterizedTest
  @EnumSource
  void whatWasCommittedIsThereAndNothingElse(Point point) throws Exception {
    // given a task
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      fixture.enqueue("first");
    }
    // when its worker's process dies at this point of acknowledging it
    try (var child = ChildJvm.start("", FailPointChild.class, directory.toString(), point.name())) {
      assertEquals(Optional.of("K"), child.line());
      assertEquals(SIGKILL, child.await());
    }
    // then either is so: the next task is there, or the first is, charged with the death
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      var there = fixture.lease();
      var expected = point.isDurable ? List.of("next", 1, 0) : List.of("first", 2, 1);
      assertEquals(expected, List.of(there.value().utf8(), there.attempt(), there.crashes()));
      assertEquals(List.of(), fixture.leaseNow(9));
      assertEquals(1, fixture.number("SELECT count(*) FROM task"));
      assertEquals(0, fixture.number(CountersTest.WRONG));
    }
  }
}
