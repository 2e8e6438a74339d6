package dev.meshkit.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Failures that are kept as a planted bug and a seed, made smaller as {@code make sim} makes them,
 * for who measures how far and how fast (V28).
 */
public final class SimShrink {
  /** A line each: the seed, then the bug. */
  static final Path FILE = Path.of("src/test/resources/dev/meshkit/sim/failures.txt");

  private SimShrink() {}

  /**
   * One that is kept.
   *
   * @param bug the mutant's name
   * @param seed of its scenario
   */
  public record Kept(String bug, int seed) {
    /** What remains of it after no longer than that, but for the run under way then. */
    public Shrunk shrunk(Duration patience) {
      var mutant = Mutants.named(bug);
      try {
        var there = new MutantLoader(mutant).loadClass(SimShrink.class.getName());
        var how = there.getMethod("shrink", String.class, int.class, long.class);
        var scenario = mutant.scenario().toString();
        var counts = (int[]) how.invoke(null, scenario, seed, patience.toMillis());
        return new Shrunk(counts[0], counts[1]);
      } catch (ReflectiveOperationException broken) {
        throw new IllegalStateException(this + " cannot be made smaller", broken);
      }
    }
  }

  /**
   * What remained.
   *
   * @param before how many faults the seed drew
   * @param left how many of them are needed
   */
  public record Shrunk(int before, int left) {}

  /** All of them. */
  public static List<Kept> kept() throws IOException {
    return Files.readAllLines(FILE).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .map(words -> new Kept(words[1], Integer.parseInt(words[0])))
        .toList();
  }

  /** Called in the mutant's own world; plain types only, as nothing else is shared. */
  public static int[] shrink(String scenario, int seed, long millis) {
    var all = Scenario.parse(scenario);
    Function<Schedule, Outcome> run = schedule -> all.run(seed, schedule, List.of());
    var failed = all.run(seed);
    if (failed.passed()) throw new IllegalStateException(scenario + " passes with seed " + seed);
    var enough = Stopwatch.after(Duration.ofMillis(millis));
    var shrunk = Shrinker.shrink(failed, run, enough);
    return new int[] {failed.ops().size(), shrunk.ops().size()};
  }
}
