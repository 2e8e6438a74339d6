package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** V8: clocks that run off by more than ρ, stand still or jump cost S6 alone. */
class ClocksBeyondRhoTest {
  private static final int SEEDS = 40;

  /** And S6 they do cost, or these clocks would show nothing; fences hold where that fails. */
  @Test
  void allButOneAuthorityHolds() {
    var seen = new Coverage();
    var overlaps = 0;
    for (var seed = 1L; seed <= SEEDS; seed++) {
      var rest = Scenario.ELECTION_CLOCK.run(seed);
      assertTrue(rest.passed(), rest::report);
      seen.add(rest.coverage());
      var draws = new Chance(seed).of("fault", Scenario.ELECTION_CLOCK.toString());
      var judged = new ClockRuns(draws, seed % 10 == 0).setup(List.of(new OneAuthority()));
      var all = new Simulation(judged, seed, new Transcript(List.of())).run("clock");
      if (!all.passed()) overlaps++;
    }
    assertTrue(overlaps > 0, "no two had authority at once");
    assertTrue(seen.of(Coverage.Seen.FENCED) > 0, seen::toString);
  }

  /** One that sleeps shows the time of before, until it wakes; the wall clock does not. */
  @Test
  void aSleepingClockStandsStill() {
    var clock = new SimClock(new Chance(7).of("clock", "n1"));
    var before = clock.monotonic(1_000);
    var wall = clock.wall(1_000);
    clock.sleep(1_000, Seconds.of(60));
    assertEquals(before, clock.monotonic(Seconds.of(59)));
    assertEquals(Seconds.of(60), clock.when(before.plusNanos(1), Seconds.of(59)));
    var asleep = Duration.ofNanos(Seconds.of(60) - 1_000);
    assertEquals(wall.plus(asleep), clock.wall(Seconds.of(60)));
    clock.step(-5, Seconds.of(60));
    assertEquals(before.minusNanos(5), clock.monotonic(Seconds.of(60)));
    assertEquals(wall.plus(asleep), clock.wall(Seconds.of(60)));
    clock.set(7);
    assertEquals(wall.plus(asleep).plusNanos(7), clock.wall(Seconds.of(60)));
  }
}
