package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.LeaderChange;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E37 A snapshot first, then every change by its number; whoever is slow delays nobody. */
@Timeout(60)
class LeaderChangesTest {
  private static final Scope EU = Scope.region("eu");
  private static final NodeId N1 = NodeId.of("eu", "n1");

  private final LeaderChanges changes = new LeaderChanges(EU);

  @Test
  void whoWatchesGetsWhatIsAndThenEveryChange() throws Exception {
    assertEquals(new LeaderChange(1, nobody()), changes.latest());
    changes.add(led(1));
    var snapshot = changes.latest();
    assertEquals(new LeaderChange(2, led(1)), snapshot);
    changes.add(nobody());
    changes.add(led(2));
    var after = changes.after(snapshot.sequence());
    assertEquals(List.of(new LeaderChange(3, nobody()), new LeaderChange(4, led(2))), after);
  }

  @Test
  void theSameLeaderAgainIsNoChange() {
    changes.add(led(1));
    changes.add(led(1));
    assertEquals(2, changes.latest().sequence());
  }

  /** E37 Two watchers, one of which never comes back from its first change: the other sees all. */
  @Test
  void aStuckWatcherDelaysNobody() throws Exception {
    var stuck = new CountDownLatch(1);
    var reached = new CountDownLatch(1);
    var seen = new LinkedBlockingQueue<LeaderChange>();
    var deaf = watcher(_ -> stay(reached, stuck));
    var quick = watcher(seen::add);
    changes.add(led(1));
    reached.await();
    var first = seen.take().sequence();
    for (var term = 2; term <= 1_000; term++) {
      changes.add(led(term));
      assertEquals(new LeaderChange(first + term - 1, led(term)), seen.take());
    }
    changes.end();
    quick.join();
    stuck.countDown();
    deaf.join();
  }

  /** Behind by more than are kept: the numbers say so, and it goes on from what is left. */
  @Test
  void whoIsTooFarBehindSeesAGap() throws Exception {
    for (var term = 1; term <= 1_000; term++) changes.add(led(term));
    var left = changes.after(1);
    assertEquals(LeaderChanges.KEPT, left.size());
    assertEquals(1_001 - LeaderChanges.KEPT + 1, left.getFirst().sequence());
    assertEquals(changes.latest(), left.getLast());
  }

  @Test
  void aNumberOfAnEarlierRunIsAnsweredWithWhatIs() throws Exception {
    changes.add(led(1));
    assertEquals(List.of(changes.latest()), changes.after(77));
  }

  @Test
  void whoWaitsIsReleasedAtTheEnd() throws Exception {
    var answer = new LinkedBlockingQueue<List<LeaderChange>>();
    var waiting = Thread.ofPlatform().start(() -> ask(answer));
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    changes.end();
    assertTrue(answer.take().isEmpty());
    changes.add(led(1)); // what is left is told all the same
    assertEquals(1, changes.after(1).size());
    assertTrue(changes.after(2).isEmpty());
  }

  private void ask(LinkedBlockingQueue<List<LeaderChange>> answer) {
    try {
      answer.add(changes.after(1));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a watcher does with a change. */
  private interface Eye {
    void sees(LeaderChange change) throws InterruptedException;
  }

  /** One that begins with what is now, whenever its thread comes to run. */
  private Thread watcher(Eye eye) {
    var first = changes.latest().sequence();
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                var seen = first;
                for (var more = changes.after(seen); !more.isEmpty(); more = changes.after(seen)) {
                  for (var change : more) eye.sees(change);
                  seen = more.getLast().sequence();
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static void stay(CountDownLatch reached, CountDownLatch until)
      throws InterruptedException {
    reached.countDown();
    until.await();
  }

  private static ScopeLeader nobody() {
    return new ScopeLeader(EU, NodeId.NOBODY, Optional.empty());
  }

  private static ScopeLeader led(long term) {
    return new ScopeLeader(EU, N1, Optional.of(new Fence(EU, 1, term)));
  }
}
