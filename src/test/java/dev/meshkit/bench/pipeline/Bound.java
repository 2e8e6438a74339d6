package dev.meshkit.bench.pipeline;

/** What a contest must come to. */
sealed interface Bound {
  /** Whether it holds for what one piece of work takes on each side. */
  boolean holds(double oursNanos, double peerNanos, double ratio);

  /** As a person reads it. */
  String text();

  /** Nothing: it stands there to be compared with. */
  record None() implements Bound {
    @Override
    public boolean holds(double oursNanos, double peerNanos, double ratio) {
      return true;
    }

    @Override
    public String text() {
      return "none";
    }
  }

  /** Ours takes at most so many times as long. */
  record TimeAtMost(double times) implements Bound {
    @Override
    public boolean holds(double oursNanos, double peerNanos, double ratio) {
      return ratio <= times;
    }

    @Override
    public String text() {
      return "time <= " + times + " x";
    }
  }

  /** Ours moves at least so many times as much. */
  record RateAtLeast(double times) implements Bound {
    @Override
    public boolean holds(double oursNanos, double peerNanos, double ratio) {
      return ratio <= 1 / times;
    }

    @Override
    public String text() {
      return "rate >= " + times + " x";
    }
  }

  /** Ours takes at most so much longer. */
  record TimePlus(double nanos) implements Bound {
    @Override
    public boolean holds(double oursNanos, double peerNanos, double ratio) {
      return oursNanos - peerNanos <= nanos;
    }

    @Override
    public String text() {
      return "time <= + " + Math.round(nanos) + " ns";
    }
  }
}
