package dev.meshkit.sim;

/** 64 bits over everything a run did, in order: two runs that differ anywhere differ here (V1). */
final class Trace {
  private long hash = 1;

  /** Adds a number. */
  void mix(long value) {
    hash = Chance.splitmix64(hash ^ value);
  }

  /** Adds a text; {@link String#hashCode} is specified, identity hashes are not. */
  void mix(String text) {
    mix(((long) text.length() << 32) ^ text.hashCode());
  }

  /** The hash so far. */
  long value() {
    return hash;
  }
}
