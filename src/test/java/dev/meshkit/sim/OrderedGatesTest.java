package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Change;
import dev.meshkit.election.Content;
import dev.meshkit.election.Gate;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What operators order in the simulator is what a gate takes, and moves somebody. */
class OrderedGatesTest {
  private static ScopeRecord record(Gate... gates) {
    var voter = new Seat(GossipRuns.names(1).getFirst(), Bytes.EMPTY, 10);
    var content = Content.of(1, Bytes.EMPTY, Duration.ofSeconds(1), 0, List.of(voter));
    var gated = content.with(List.of(gates), List.of(), List.of(), List.of());
    return new ScopeRecord(new RecordId(1, 8), gated);
  }

  private static Change asked(Gate wanted, boolean seen, Gate... there) {
    var order = new Op.Order(0, "c", seen, new Change.SetGate(wanted));
    return OrderedGates.command(order, record(there), Instant.EPOCH).change();
  }

  @Test
  void eachCanBeReadAndRollsSomethingOut() {
    var shares = new TreeSet<Integer>();
    for (var number = 1; number <= 200; number++)
      for (var drawn = 0; drawn < 4; drawn++) {
        var entry = OrderedGates.entry(OrderedGates.gate("g", drawn, number)).orThrow();
        assertTrue(entry.version() != entry.prior(), entry::text);
        assertEquals(number, entry.epoch());
        shares.add(entry.rollout().basisPoints());
      }
    assertTrue(shares.size() > 100, shares::toString);
  }

  /** As an operator widens: by the record that was seen, in the same epoch. */
  @Test
  void everyOtherWhoLookedWidensWhatIsUnderWay() {
    var there = OrderedGates.gate("g", 1, 21); // 6,973 of 10,000, but for t3
    var wanted = OrderedGates.gate("g", 2, 23);
    var wider = (Change.SetGate) asked(wanted, true, there);
    var entry = OrderedGates.entry(wider.gate()).orThrow();
    assertEquals(
        OrderedGates.entry(there).orThrow().rollout().basisPoints() + 2_500,
        entry.rollout().basisPoints());
    assertEquals(21, entry.epoch());
    assertEquals(List.of("t3"), entry.rollout().exclude());
  }

  /** Who has not looked begins an epoch, and so does every other one; who reads nothing as well. */
  @Test
  void othersBeginAnEpoch() {
    var there = OrderedGates.gate("g", 1, 21);
    for (var wanted : List.of(OrderedGates.gate("g", 2, 24), OrderedGates.gate("h", 2, 23)))
      assertEquals(new Change.SetGate(wanted), asked(wanted, true, there));
    var odd = OrderedGates.gate("g", 2, 23);
    assertEquals(new Change.SetGate(odd), asked(odd, false, there));
    var unreadable = new Gate("g", 1, 0, 2, Bytes.EMPTY, 21);
    assertEquals(new Change.SetGate(odd), asked(odd, true, unreadable));
  }
}
