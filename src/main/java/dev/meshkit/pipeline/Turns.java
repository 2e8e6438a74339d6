package dev.meshkit.pipeline;

/**
 * Whose turn it is among the ready: pure but for what it remembers of earlier turns. Places are
 * bits of a long, so there are at most 64. Confined to one thread.
 *
 * <p>By priority: the least number goes first, within one number round robin from the one after the
 * last served; whatever was passed over long enough goes before all others, who waits longest
 * first. Of n places one is passed over {@link #PATIENCE} − n times until it goes before those that
 * were not, and then by n − 1 others at most: each ready one is served within {@link #PATIENCE}
 * turns. By weight: smooth weighted round robin over those that are ready, so that a weight holds
 * while all are, and nobody saves up turns while it has nothing.
 */
final class Turns {
  /** How many turns a ready place waits at most. */
  static final int PATIENCE = 64;

  /** How many places there can be. */
  static final int MOST = 64;

  /** So that the sum of all, and with it every credit, is far from what an int holds. */
  private static final int MOST_WEIGHT = 1_000_000;

  private enum By {
    PRIORITY,
    WEIGHT
  }

  private final By by;
  private int[] numbers = new int[0]; // priorities, or weights
  private int[] memory = new int[0]; // how often passed over, or the credit
  private int served = -1;
  private boolean alike = true; // all numbers are the same: then nobody is passed over for long

  private Turns(By by) {
    this.by = by;
  }

  static Turns byPriority() {
    return new Turns(By.PRIORITY);
  }

  static Turns byWeight() {
    return new Turns(By.WEIGHT);
  }

  /** The same strategy, without places. */
  Turns fresh() {
    return new Turns(by);
  }

  /** One more place, with its priority or weight. */
  void add(int number) {
    if (numbers.length == MOST) throw new IllegalStateException("at most " + MOST + " at once");
    if (by == By.WEIGHT && (number < 1 || number > MOST_WEIGHT)) {
      throw new IllegalArgumentException("a weight is 1 to " + MOST_WEIGHT + ", not " + number);
    }
    numbers = java.util.Arrays.copyOf(numbers, numbers.length + 1);
    numbers[numbers.length - 1] = number;
    memory = java.util.Arrays.copyOf(memory, numbers.length);
    alike &= number == numbers[0];
  }

  /** The place to serve; −1 if none is ready. */
  int next(long ready) {
    if (ready == 0) return -1;
    if (by == By.WEIGHT) return heaviest(ready);
    if (!alike) return serve(ready, first(ready));
    served = following(ready);
    return served;
  }

  /** The first that is ready after the last served, round. */
  private int following(long ready) {
    var later = served + 1 < MOST ? ready & -1L << (served + 1) : 0;
    return Long.numberOfTrailingZeros(later == 0 ? ready : later);
  }

  private int first(long ready) {
    var best = -1;
    for (var i = 1; i <= numbers.length; i++) {
      var place = (served + i) % numbers.length;
      if (isReady(ready, place) && (best < 0 || goesBefore(place, best))) best = place;
    }
    return best;
  }

  private boolean goesBefore(int place, int best) {
    var patience = Math.max(1, PATIENCE - numbers.length);
    var placeWaited = memory[place] >= patience;
    var bestWaited = memory[best] >= patience;
    if (placeWaited != bestWaited) return placeWaited;
    return placeWaited ? memory[place] > memory[best] : numbers[place] < numbers[best];
  }

  private int serve(long ready, int chosen) {
    for (var left = ready; left != 0; left &= left - 1) memory[Long.numberOfTrailingZeros(left)]++;
    memory[chosen] = 0;
    served = chosen;
    return chosen;
  }

  private int heaviest(long ready) {
    var best = -1;
    var sum = 0;
    for (var place = 0; place < numbers.length; place++) {
      if (!isReady(ready, place)) continue;
      memory[place] += numbers[place];
      sum += numbers[place];
      if (best < 0 || memory[place] > memory[best]) best = place;
    }
    memory[best] -= sum;
    return best;
  }

  private static boolean isReady(long ready, int place) {
    return (ready & 1L << place) != 0;
  }
}
