package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L1 overseas: with 250 ms between any two voters, a takeover takes no more than 6.5 s at p99. */
class OverseasTakeoverTest {
  private static final int SEEDS = 20; // of two takeovers
  private static final long MOST = Seconds.of(6.5);

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void aTakeoverBetweenContinentsIsInTime(int voters) {
    var seen = new Coverage();
    var bound = 0L;
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var draws = new Chance(seed).of("fault", "overseas");
      var setup = new TakeoverRuns(draws, false).overseas(voters);
      bound = setup.boot().takeoverBound();
      var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("overseas");
      assertTrue(outcome.passed(), outcome::report);
      seen.add(outcome.coverage());
    }
    var p99 = seen.percentile(Takeovers.TIME, 99) * bound / 1_000;
    assertTrue(p99 <= MOST, () -> Seconds.text(p99) + ": " + seen);
    assertTrue(seen.measured(Takeovers.TIME) >= SEEDS, seen::toString);
  }
}
