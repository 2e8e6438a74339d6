package dev.meshkit.runtime;

import java.security.SecureRandom;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Where randomness comes from. Both kinds are thread-safe. */
public final class Chance {
  private Chance() {}

  /** Unpredictable, and not cheap: for keys, serials, nonces. */
  public static SecureRandom secure() {
    return new SecureRandom();
  }

  /** The same draws for the same seed: for jitter, and for what must be replayed. */
  public static RandomGenerator seeded(long seed) {
    return new Random(seed);
  }
}
