package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.cli.DemoLedger.Count;
import dev.meshkit.cli.DemoLedger.Letter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** O3: lost, duplicated and delivered are what the handlers recorded against what was promised. */
class DemoLedgerTest {
  private final DemoLedger ledger = new DemoLedger();

  @BeforeEach
  void threeArePromisedAndOneIsNot() {
    for (var body : List.of("a", "b", "c", "maybe")) ledger.tried(new Letter("n2", body));
    for (var body : List.of("a", "b", "c")) ledger.promised(new Letter("n2", body));
  }

  @Test
  void allAppliedOnceIsExact() {
    var count = ledger.count(Map.of("n2", List.of("c", "a", "b")));
    assertEquals(new Count(3, 3, 0, 0, 0), count);
    assertTrue(count.isExact());
  }

  /** A sender that was killed before it answered has promised nothing: either outcome is right. */
  @Test
  void whatWasNotPromisedMayArrive() {
    assertTrue(ledger.count(Map.of("n2", List.of("a", "b", "c", "maybe"))).isExact());
  }

  @Test
  void aPromiseNotAppliedIsLost() {
    assertEquals(new Count(3, 2, 1, 0, 0), ledger.count(Map.of("n2", List.of("a", "c"))));
    assertEquals(new Count(3, 0, 3, 0, 0), ledger.count(Map.of()));
  }

  @Test
  void eachApplicationBeyondTheFirstIsADuplicate() {
    var applied = List.of("a", "a", "a", "b", "c", "maybe", "maybe");
    assertEquals(new Count(3, 3, 0, 3, 0), ledger.count(Map.of("n2", applied)));
  }

  /** At the wrong receiver it is lost there and foreign here. */
  @Test
  void whatNobodySentThereIsForeign() {
    var count = ledger.count(Map.of("n2", List.of("a", "b"), "n3", List.of("c", "x")));
    assertEquals(new Count(3, 2, 1, 0, 2), count);
    assertFalse(count.isExact());
  }
}
