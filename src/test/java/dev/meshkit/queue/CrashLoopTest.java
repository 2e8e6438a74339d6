package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.store.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q16, Q17, with real processes, killed -9 while they run a task. */
@Timeout(180)
class CrashLoopTest {
  static final QueueOptions OPTIONS = QueueOptions.of("q").relaxed().crashes(3, 1);

  @TempDir Path directory;

  /** Q16 A task that kills crash.max processes is dead; those that ran beside it are not. */
  @Test
  void aTaskThatKillsThreeProcessesIsDeadAndItsNeighboursAreDone() throws Exception {
    // given a killer, and others before and behind it, leased together
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      for (var body : List.of("a", "b", "killer", "c", "d", "e")) fixture.enqueue(body);
    }
    // when processes run them until nothing is left
    var killed = 0;
    var done = new TreeSet<String>();
    for (var isOver = false; !isOver; ) {
      try (var child = ChildJvm.start("", CrashChild.class, directory.toString())) {
        var line = child.line().orElseThrow();
        for (; line.startsWith("A "); line = child.line().orElseThrow())
          done.add(line.substring(2));
        isOver = line.equals("E");
        if (!isOver) killed++;
        child.kill();
        child.await();
      }
    }
    // then it took three, the killer is dead with its history, and the others are done
    assertEquals(3, killed);
    assertEquals(new TreeSet<>(List.of("a", "b", "c", "d", "e")), done);
    try (var fixture = QueueFixture.open(directory, OPTIONS)) {
      var poison = fixture.queue().poison();
      var found = poison.list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(1, found.size(), found::toString);
      var dead = poison.show(found.getFirst().did()).orThrow().orElseThrow();
      assertEquals("killer", dead.body().utf8());
      assertEquals(Reason.CRASH_LOOP, dead.reason());
      assertEquals("error.taskqueue.crash_loop", dead.code());
      assertEquals(List.of(3, 3), List.of(dead.attempts(), dead.crashes()));
      assertEquals(
          List.of(
              "1 error.taskqueue.crashed",
              "2 error.taskqueue.crashed",
              "3 error.taskqueue.crashed"),
          dead.errors().stream().map(error -> error.attempt() + " " + error.code()).toList());
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
    }
  }
}
