package dev.meshkit.grpc;

import java.util.Arrays;
import java.util.List;

/**
 * How many sit in each of a few places, so that the next one that may choose sits where there are
 * fewest; among equals in the last such place. Thread-safe.
 */
final class Seats<P> {
  private final List<P> places;
  private final int[] taken; // by place; guarded by this

  Seats(List<P> places) {
    this.places = List.copyOf(places);
    this.taken = new int[places.size()];
  }

  /** Takes a seat in the emptiest place, and says which that is. */
  synchronized P take() {
    var emptiest = taken.length - 1;
    for (var i = emptiest - 1; i >= 0; i--) {
      if (taken[i] < taken[emptiest]) emptiest = i;
    }
    taken[emptiest]++;
    return places.get(emptiest);
  }

  /** Takes a seat in this place. */
  synchronized void takeIn(P place) {
    taken[places.indexOf(place)]++;
  }

  /** Gives back a seat that was taken there. */
  synchronized void leave(P place) {
    var at = places.indexOf(place);
    if (taken[at] == 0) throw new IllegalStateException("nobody sits in " + place);
    taken[at]--;
  }

  /** How many seats are taken, in all places. */
  synchronized int taken() {
    return Arrays.stream(taken).sum();
  }
}
