package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What went wrong, and the files it leaves to be committed (V32): of each run a {@code .sim} with
 * as few faults as will do, the transcript of that, and a line of {@code seeds.txt}. Of one oracle
 * in one scenario the first three only: the rest are counted.
 */
final class Failures {
  /** Where {@code make sim} leaves them. */
  static final Path PLACE = Path.of("target/sim");

  private static final int KEPT = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(50); // the last run ends within 60

  private final Path place;
  private final PrintStream out;
  private final Function<Duration, BooleanSupplier> clock;
  private final Map<String, Integer> alike = new TreeMap<>();
  private long count;

  /** By the time of the world outside. */
  Failures(Path place, PrintStream out) {
    this(place, out, Stopwatch::after);
  }

  /** {@code clock} says when so much time has passed since it was asked. */
  Failures(Path place, PrintStream out, Function<Duration, BooleanSupplier> clock) {
    this.place = place;
    this.out = out;
    this.clock = clock;
  }

  /** A run that failed; {@code run} is what it was a run of. */
  void add(Outcome failed, Campaign.Faulted run) {
    var wrong = failed.violations().getFirst();
    var number = alike.merge(failed.scenario() + " " + wrong.oracle(), 1, Integer::sum);
    if (number > KEPT) {
      add("SIM FAIL " + id(failed) + " " + wrong.oracle() + ", the " + number + "th like that");
      return;
    }
    var shrunk =
        Shrinker.shrink(
            failed, less -> run.of(failed.seed(), less, List.of()), clock.apply(PATIENCE));
    add(failed.report(shrunk) + "\nshrunk  make sim REPLAY=" + keep(shrunk, run));
  }

  /** Something else that fails a campaign. */
  void add(String why) {
    count++;
    out.println(why);
  }

  /** How many there were. */
  long count() {
    return count;
  }

  private String keep(Outcome shrunk, Campaign.Faulted run) {
    var script = Script.of(shrunk);
    var file = place.resolve(script.fileName());
    var transcript = place.resolve(script.fileName().replace(".sim", ".txt"));
    var wrong = shrunk.violations().getFirst();
    var line = shrunk.scenario() + " " + shrunk.seed() + "  # " + wrong.oracle();
    var tail = new Tail();
    run.of(shrunk.seed(), shrunk.schedule(), List.of(tail.listener()));
    try {
      Files.createDirectories(place);
      Files.writeString(file, script.text());
      Files.writeString(transcript, tail.text());
      Files.writeString(
          place.resolve("seeds.txt"),
          line + " " + wrong.text().replaceAll("\\s+", " ") + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return file + "      transcript " + transcript;
  }

  private static String id(Outcome failed) {
    return "seed=" + failed.seed() + " scenario=" + failed.scenario();
  }
}
