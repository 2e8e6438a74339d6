package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Input;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One disk for the scopes of a node. */
final class SharedDiskTest {
  private static final NodeId SELF = NodeId.of("eu", "n1");
  private static final Fence FENCE = new Fence(Scope.GLOBAL, 1, 7);

  @TempDir private Path directory;

  private final Clocks clocks = Clocks.system();
  private final SharedDisk disk = new SharedDisk();

  private record User(TenureBox box, Mailbox<Input> inputs) {}

  private User user() {
    var user = new User(new TenureBox(clocks.monotonic()), new Mailbox<>(10, clocks.monotonic()));
    disk.join(user.box(), user.inputs());
    return user;
  }

  private User leader() {
    var user = user();
    user.box().open(FENCE, clocks.monotonic().instant().plus(Duration.ofHours(1)));
    return user;
  }

  /** Only leaders ask the disk, and who wrote knows. */
  @Test
  void otherLeadersHearOfAWrite() throws InterruptedException {
    var writer = leader();
    var other = leader();
    var follower = user();
    var began = clocks.monotonic().instant();
    var ended = began.plusMillis(3);
    disk.answered(writer.inputs(), began, ended);
    assertEquals(
        new Input.DiskAnswered(began, ended), other.inputs().take(Instant.MIN, Input.Tick.NOW));
    assertEquals(List.of(0, 0), List.of(writer.inputs().depth(), follower.inputs().depth()));
  }

  /** The loop of a scope tells of each write that it has waited for. */
  @Test
  void theLoopOfAScopeTellsOfItsWrites() throws Exception {
    var other = leader();
    try (var store = ElectionFixture.store(directory, 1)) {
      var ports =
          new ElectionPorts(
              store,
              (_, _, _) -> false,
              new Mailbox<>(100, clocks.monotonic()),
              _ -> {},
              new Meters(Map.of()),
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              disk);
      var options = ElectionFixture.options(SELF, store.uuid(), List.of(SELF));
      var one = ScopeElection.open(options, Steering.Course.FIXED, ports).orThrow();
      var threads =
          one.loops().stream().map(loop -> Thread.ofVirtual().start(() -> run(loop))).toList();
      await().atMost(Duration.ofSeconds(90)).until(() -> other.inputs().depth() > 0);
      var told = other.inputs().take(Instant.MIN, Input.Tick.NOW);
      var answered = assertInstanceOf(Input.DiskAnswered.class, told);
      assertTrue(answered.ended().isAfter(answered.began()), answered.toString());
      for (var thread : threads) thread.interrupt();
      for (var thread : threads) thread.join();
    }
  }

  private static void run(Loops.Loop loop) {
    try {
      loop.body().run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the test is over
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
