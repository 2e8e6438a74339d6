package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Input;
import dev.meshkit.election.LeaderDecision.Following;
import dev.meshkit.election.LeaderDecision.Undecided;
import dev.meshkit.node.HandoverBox.Parting;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who waits for a hand-over hears what became of it; the test is the loop. */
final class HandoverBoxTest {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N3 = NodeId.of("eu", "n3");
  private static final Fence OWN = new Fence(Scope.region("eu"), 1, 7);
  private static final Fence NEXT = new Fence(Scope.region("eu"), 1, 8);
  private static final Author ANA = new Author("ana", "a new disk", Instant.EPOCH);
  private static final Instant NOON = Instant.EPOCH.plusSeconds(43_200);

  private final Mailbox<Input> inputs = new Mailbox<>(10, Clocks.system().monotonic());
  private final HandoverBox box = new HandoverBox(N1, inputs, () -> NOON);

  private Future<Parting> asked(ExecutorService threads) throws InterruptedException {
    var parting = threads.submit(() -> box.ask(N2, ANA, LONG));
    assertEquals(new Input.Transfer(N2), inputs.take(Instant.MAX, Input.Tick.NOW));
    return parting;
  }

  /** The gap begins when authority ends, and a beat of the term given up ends none. */
  @Test
  void aSuccessorEndsIt() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var parting = asked(threads);
      box.decided(new Following(N3, NEXT)); // before authority was lost it says nothing
      box.lost(OWN, Cause.TRANSFER);
      box.decided(new Undecided(7));
      box.decided(new Following(N3, OWN));
      box.decided(new Following(N2, NEXT));
      assertEquals(new Parting.Moved(N2, NEXT, NOON), parting.get());
      assertEquals(ANA, box.ordered());
      box.lost(
          new Fence(Scope.region("eu"), 1, 9),
          Cause.LAPSE); // the next tenure's end is nobody's order
      assertEquals(Author.NONE, box.ordered());
    }
  }

  /** What was kept for another wish, such as the core's own, is none of this one's business. */
  @Test
  void whatIsKeptSaysWhy() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var parting = asked(threads);
      box.kept(N3, "another");
      box.lost(OWN, Cause.LAPSE);
      box.kept(N2, "this node leads no more");
      assertEquals(new Parting.Kept("this node leads no more"), parting.get());
      assertEquals(Author.NONE, box.ordered());
    }
  }

  /** Time is over, or the loop: what is known by then is said. */
  @Test
  void theEndSaysWhatIsKnown() throws Exception {
    assertEquals(new Parting.Unknown(), box.ask(N2, ANA, Duration.ZERO));
    inputs.take(Instant.MAX, Input.Tick.NOW);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var parting = asked(threads);
      box.lost(OWN, Cause.TRANSFER);
      assertInstanceOf(Parting.Kept.class, box.ask(N3, ANA, LONG)); // one at a time
      box.end();
      assertEquals(new Parting.Vacant(NOON), parting.get());
    }
  }
}
