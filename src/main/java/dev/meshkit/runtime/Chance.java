package dev.meshkit.runtime;

import java.security.SecureRandom;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Where randomness comes from. Both kinds are thread-safe. */
public final class Chance {
  private Chance() {}

  /** Unpredictable: for keys, serials, nonces, and for jitter where nothing must be replayed. */
  public static SecureRandom secure() {
    return new SecureRandom();
  }

  /** The same draws for the same seed. */
  public static RandomGenerator seeded(long seed) {
    return new Random(seed);
  }
}
