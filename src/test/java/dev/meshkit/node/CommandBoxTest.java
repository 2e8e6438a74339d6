package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Input;
import dev.meshkit.election.Verdict;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Who waits for a verdict: each gets one, whatever becomes of the loop; the test is the loop. */
final class CommandBoxTest {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final Instant NOON = Instant.EPOCH.plusSeconds(43_200);

  private final Mailbox<Input> inputs = new Mailbox<>(1_000, Clocks.system().monotonic());
  private final CommandBox box = new CommandBox(inputs, () -> NOON.plusNanos(1));

  private static Command rank(String id, int rank) {
    var author = new Author("ops", "why not", Instant.EPOCH);
    return new Command(Bytes.utf8(id), Command.ANY, new Change.SetRank(N1, rank), author);
  }

  private Command taken() throws InterruptedException {
    return ((Input.Commanded) inputs.take(Instant.MAX, Input.Tick.NOW)).command();
  }

  /** The leader dates what is audited, in whole milliseconds. */
  @Test
  void aCommandIsDatedAndAnswered() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = threads.submit(() -> box.ask(rank("a", 1), LONG));
      assertEquals(new Author("ops", "why not", NOON), taken().author());
      box.replied(Bytes.utf8("a"), new Verdict.Applied(3));
      assertEquals(new Verdict.Applied(3), asked.get());
    }
  }

  /** A retry meets the first try: the loop is asked once, until it has answered. */
  @Test
  void theSameCommandIsAskedOnce() throws Exception {
    for (var i = 0; i < 3; i++)
      assertEquals(new Verdict.Indeterminate(), box.ask(rank("a", 1), Duration.ZERO));
    assertEquals(1, inputs.depth());
    assertInstanceOf(Verdict.Refused.class, box.ask(rank("a", 2), Duration.ZERO));
    box.replied(Bytes.utf8("a"), new Verdict.Applied(3));
    assertEquals(new Verdict.Indeterminate(), box.ask(rank("a", 1), Duration.ZERO));
    assertEquals(2, inputs.depth());
  }

  /** No more than so many wait; an answer makes room. */
  @Test
  void tooManyAreRefused() throws Exception {
    for (var i = 0; i < CommandBox.LIMIT; i++)
      assertEquals(new Verdict.Indeterminate(), box.ask(rank("a" + i, 1), Duration.ZERO));
    assertInstanceOf(Verdict.Refused.class, box.ask(rank("b", 1), Duration.ZERO));
    box.replied(Bytes.utf8("a7"), new Verdict.Applied(3));
    assertEquals(new Verdict.Indeterminate(), box.ask(rank("b", 1), Duration.ZERO));
  }

  /** What the loop's mailbox does not take has not been asked, and does not wait. */
  @Test
  void aFullMailboxRefuses() throws Exception {
    while (inputs.offer(Input.Tick.NOW)) {
      // until it is full
    }
    assertInstanceOf(Verdict.Refused.class, box.ask(rank("a", 1), LONG));
  }

  /** Whoever waits as the loop ends cannot know; whoever comes later can. */
  @Test
  void theEndOfTheLoopAnswersEverybody() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = threads.submit(() -> box.ask(rank("a", 1), LONG));
      taken();
      box.end();
      assertEquals(new Verdict.Indeterminate(), asked.get());
      assertEquals(new Verdict.NotLeader(NodeId.NOBODY), box.ask(rank("b", 1), LONG));
    }
  }
}
