package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Content;
import dev.meshkit.election.Input;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E29: each order to recover has one outcome, whatever else happens to the scope meanwhile. */
final class RecoveryBoxTest {
  private static final Bytes MINE = Bytes.utf8("mine");
  private static final Bytes OTHER = Bytes.utf8("other");
  private static final RecoveryBox.Outcome UNKNOWN = new RecoveryBox.Outcome.Unknown();

  private final Mailbox<Input> inputs = new Mailbox<>(4, Clocks.system().monotonic());
  private final RecoveryBox box = new RecoveryBox(inputs);
  private final List<Integer> begun = new ArrayList<>();

  /** Of a scope of generation 1; waits for nothing. */
  private RecoveryBox.Outcome ask(Bytes genesis) throws InterruptedException {
    return box.ask(new Input.Recover(genesis, 1, List.of()), Duration.ZERO, begun::add);
  }

  private static RecoveryBox.Outcome forgone(String why) {
    return new RecoveryBox.Outcome.Forgone(why);
  }

  private static ScopeRecord view(int generation, Bytes genesis) {
    var seats = List.of(Seat.configured(NodeId.of("eu", "n1")));
    var content = Content.of(generation, genesis, Duration.ofSeconds(1), 0, seats);
    return new ScopeRecord(new RecordId(0, 1), content);
  }

  @Test
  void whoWaitsNoLongerIsToldByTheEventAlone() throws Exception {
    assertEquals(UNKNOWN, ask(MINE));
    assertEquals(forgone("another recovery of this scope is under way"), ask(OTHER));
    box.committed(view(1, OTHER)); // of the generation before
    box.forgone(OTHER, "it is another's");
    assertEquals(List.of(), begun);
    box.committed(view(2, MINE));
    box.committed(view(2, MINE));
    assertEquals(List.of(2), begun, "once");
    assertEquals(UNKNOWN, ask(OTHER), "the next may begin");
  }

  /** Of a generation that another one followed before it was durable nothing is told. */
  @Test
  void aLaterGenerationOfSomebodyElseEndsIt() throws Exception {
    assertEquals(UNKNOWN, ask(MINE));
    box.committed(view(3, OTHER));
    assertEquals(List.of(), begun);
    assertEquals(UNKNOWN, ask(MINE), "nothing is under way");
  }

  @Test
  void whatIsGivenUpIsNoLongerUnderWay() throws Exception {
    assertEquals(UNKNOWN, ask(MINE));
    box.forgone(MINE, "somebody leads");
    box.committed(view(2, MINE));
    assertEquals(List.of(), begun);
    assertEquals(UNKNOWN, ask(OTHER));
  }

  @Test
  void aFullMailboxAndTheEndAreToldAtOnce() throws Exception {
    for (var i = 0; i < 4; i++) inputs.offer(new Input.StepDown());
    assertEquals(forgone("this node is too busy"), ask(MINE));
    box.end();
    assertEquals(forgone("this node is stopping"), ask(MINE));
  }
}
