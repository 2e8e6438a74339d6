package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** T21, security.md §9: 512 connections in all, and 8 of one identity. */
class TcpPlacesTest {
  private static final int AN_IDENTITY = 8;

  private final TcpPlaces places = new TcpPlaces();

  private static final class Played implements TcpPlaces.Place {
    boolean unused;
    boolean staying = true;

    @Override
    public boolean isStaying() {
      return staying;
    }

    @Override
    public boolean isUnused() {
      return unused;
    }

    @Override
    public void sendAway() {
      staying = false;
    }
  }

  @Test
  void thereAreSoManyInAllAndOneMoreOnceOneHasLeft() {
    var last = new Played();
    for (var i = 1; i < TcpPlaces.IN_ALL; i++) {
      assertTrue(places.take("node " + i / AN_IDENTITY, new Played()));
    }
    assertTrue(places.take("last", last));
    assertFalse(places.take("other", new Played()));
    places.leave("other", new Played()); // who had none leaves none
    assertFalse(places.take("other", new Played()));
    places.leave("last", last);
    places.leave("last", last); // twice is once
    assertTrue(places.take("other", new Played()));
    assertFalse(places.take("other", new Played()));
  }

  @Test
  void theOldestUnusedOfAnIdentityMakesRoomAndIfThereIsNoneNobody() {
    var mine = new ArrayList<Played>();
    for (var i = 0; i < AN_IDENTITY; i++) {
      mine.add(new Played());
      assertTrue(places.take("me", mine.getLast()));
    }
    assertFalse(places.take("me", new Played()));
    assertTrue(places.take("other", new Played()));
    mine.get(2).unused = true;
    mine.get(5).unused = true;
    assertTrue(places.take("me", new Played()));
    assertEquals(1, mine.stream().filter(place -> !place.staying).count());
    assertFalse(mine.get(2).staying);
  }

  /** What leaves has its place until it has gone, and does not keep others from staying. */
  @Test
  void thoseThatLeaveAreBoundedToo() {
    for (var i = 0; i < 4 * AN_IDENTITY; i++) {
      var leaving = new Played();
      assertTrue(places.take("me", leaving), "number " + i);
      leaving.staying = false;
    }
    assertFalse(places.take("me", new Played()));
    assertTrue(places.take("other", new Played()));
  }
}
