package dev.meshkit.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which seed killed a mutant when it was hunted last, of those that no early seed kills: it is
 * tried first, so that a hunt costs one run where nothing has changed. One that it kills no more is
 * hunted from the first seed on, as all others are.
 */
final class Kills {
  /** A line each: the seed, then the mutant's name. */
  static final Path FILE = Path.of("src/test/resources/dev/meshkit/sim/kills.txt");

  private Kills() {}

  /** By name. */
  static Map<String, Integer> all() {
    var all = new TreeMap<String, Integer>();
    try {
      for (var line : Files.readAllLines(FILE)) {
        if (line.startsWith("#")) continue;
        var words = line.split(" ", 2);
        all.put(words[1], Integer.parseInt(words[0]));
      }
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
    return all;
  }
}
