package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the next connection goes. */
class SeatsTest {
  private final Seats<String> seats = new Seats<>(List.of("first", "second", "third"));

  @Test
  void amongEqualsTheLastPlaceIsTakenFirst() {
    assertEquals(List.of("third", "second", "first", "third"), taken(4));
  }

  @Test
  void whoeverMayChooseAvoidsThePlaceWhereOthersHaveTo() {
    for (var i = 0; i < 2; i++) seats.takeIn("third");
    assertEquals(List.of("second", "first", "second", "first", "third"), taken(5));
  }

  @Test
  void aSeatThatWasGivenBackIsTakenAgain() {
    taken(3);
    seats.leave("first");
    assertEquals(List.of("first", "third"), taken(2));
  }

  private List<String> taken(int count) {
    return Stream.generate(seats::take).limit(count).toList();
  }
}
