package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code make transcripts}: short schedules named after the rule they show, and what the cores did
 * under them, byte for byte (V24). {@code REWRITE=1} writes what they do now; the diff is the
 * review.
 */
public final class Transcripts {
  /** Where they are kept: {@code name.sim} and {@code name.txt}. */
  static final Path PLACE = Path.of("src/test/resources/dev/meshkit/sim/transcripts");

  private static final int LINES = 200;

  private Transcripts() {}

  /** Exits 1 if one differs and was not to be rewritten. */
  public static void main(String... args) throws IOException {
    System.exit(run(PLACE, Settings.of(args).has("REWRITE"), System.out));
  }

  /** The same without a process, in any directory. */
  static int run(Path place, boolean rewrite, PrintStream out) throws IOException {
    var differing = 0;
    for (var file : scripts(place)) {
      var now = text(file);
      var kept = kept(file);
      if (Files.exists(kept) && Files.readString(kept).equals(now)) continue;
      if (rewrite) Files.writeString(kept, now);
      else differing++;
      out.println((rewrite ? "rewritten " : "DIFFERENT ") + kept);
    }
    return differing == 0 ? 0 : 1;
  }

  /** The schedules in a directory, by name. */
  static List<Path> scripts(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.toString().endsWith(".sim")).sorted().toList();
    }
  }

  private static Path kept(Path file) {
    return Path.of(file.toString().replaceFirst("\\.sim$", ".txt"));
  }

  /**
   * What happens from the first fault on, as far as a person reads; then the hash of all that does.
   */
  public static String text(Path file) throws IOException {
    var script = Script.parse(Files.readString(file));
    var tail = new Tail();
    var outcome =
        Scenario.parse(script.scenario())
            .run(script.seed(), script.schedule(), List.of(tail.listener()));
    var lines =
        tail.text()
            .lines()
            .dropWhile(line -> !line.contains(" ** "))
            .limit(LINES)
            .map(line -> line.replaceFirst(Transcript.HELD + "[0-9a-f]+$", ""))
            .toList();
    var end = outcome.passed() ? "passed" : outcome.violations().getFirst().toString();
    return String.join("\n", lines)
        + "\n"
        + outcome.events()
        + " events, trace "
        + Long.toHexString(outcome.trace())
        + ", "
        + end
        + "\n";
  }
}
