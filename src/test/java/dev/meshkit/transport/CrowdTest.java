package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** T35, and what a stranger may take: nobody has more places than his share, or another's. */
class CrowdTest {
  private static final int MOST = 3;

  private final Crowd crowd = new Crowd(MOST);

  private int entered(String name) {
    var many = 0;
    while (many < 2 * MOST && crowd.enter(name)) many++;
    return many;
  }

  @Test
  void ofOneNameThereAreSoManyAndNoMore() {
    assertEquals(MOST, entered("a"));
    assertFalse(crowd.enter("a"));
  }

  @Test
  void anotherNameHasPlacesOfItsOwn() {
    entered("a");
    assertEquals(MOST, entered("b"));
  }

  /** Who was refused has no place to leave, and takes nobody's. */
  @Test
  void eachWhoLeavesMakesRoomForOne() {
    entered("a");
    for (var round = 0; round < 2 * MOST; round++) {
      crowd.leave("a");
      assertTrue(crowd.enter("a"));
      assertFalse(crowd.enter("a"));
    }
  }

  @Test
  void onceAllHaveLeftThereIsRoomForAllAgain() {
    for (var round = 0; round < 2; round++) {
      assertEquals(MOST, entered("a"));
      for (var i = 0; i < MOST; i++) crowd.leave("a");
    }
  }

  @Test
  void theLastOneWhoIsInsideStillCounts() {
    entered("a");
    for (var i = 1; i < MOST; i++) crowd.leave("a");
    assertEquals(MOST - 1, entered("a"));
  }

  /** However often somebody leaves who is not there. */
  @Test
  void whoIsNotInsideLeavesNoRoomBehind() {
    crowd.leave("a");
    assertEquals(MOST, entered("a"));
  }
}
