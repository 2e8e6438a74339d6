package dev.meshkit.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A line of {@code seeds.txt}: a seed that found a bug once, and must pass from then on (V25).
 *
 * @param scenario of which
 * @param seed which
 * @param what it was that it found
 */
record Found(Scenario scenario, long seed, String what) {
  private static final Path FILE = Path.of("src/test/resources/dev/meshkit/sim/seeds.txt");

  /** All of them; lines that begin with {@code #} are for people. */
  static List<Found> all() {
    try {
      return Files.readAllLines(FILE).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Found::parse)
          .toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Reads {@code scenario seed # what it was}. */
  static Found parse(String line) {
    var parts = line.split(" +", 4);
    if (parts.length < 4 || !parts[1].matches("\\d+") || !parts[2].equals("#"))
      throw new IllegalArgumentException(
          "'" + line + "' is no line of seeds.txt: write scenario seed  # what it was");
    return new Found(Scenario.parse(parts[0]), Long.parseLong(parts[1]), parts[3]);
  }
}
