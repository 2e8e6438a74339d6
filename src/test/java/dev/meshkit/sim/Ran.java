package dev.meshkit.sim;

/**
 * What a run must come to wherever it is done (V1).
 *
 * @param scenario its name
 * @param seed what it followed from
 * @param trace the hash of all that happened
 * @param events how many happened
 */
record Ran(String scenario, long seed, long trace, long events) {
  /** What a run came to here. */
  static Ran of(Outcome outcome) {
    return new Ran(outcome.scenario(), outcome.seed(), outcome.trace(), outcome.events());
  }

  /** Reads a line of {@link #toString}. */
  static Ran parse(String line) {
    var words = line.split(" ");
    var trace = Long.parseUnsignedLong(words[2], 16);
    return new Ran(words[0], Long.parseLong(words[1]), trace, Long.parseLong(words[3]));
  }

  @Override
  public String toString() {
    return scenario + " " + seed + " " + Long.toHexString(trace) + " " + events;
  }
}
