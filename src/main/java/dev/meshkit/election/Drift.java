package dev.meshkit.election;

import java.time.Duration;

/**
 * How far clocks may disagree on the length of a promise. On a voter's fast clock {@code p} is over
 * after {@code p/(1+ρ)} of real time; a leader's slow clock shows only {@code 1−ρ} of the real time
 * that passes. So the leader counts {@code p·κ}, κ = (1−ρ)/(1+ρ).
 *
 * @param rhoPpm ρ in parts per million
 */
record Drift(int rhoPpm) {
  private static final long MILLION = 1_000_000;

  /** {@code promise}·κ, rounded down. */
  Duration carries(Duration promise) {
    return Duration.ofNanos(promise.toNanos() * (MILLION - rhoPpm) / (MILLION + rhoPpm));
  }
}
