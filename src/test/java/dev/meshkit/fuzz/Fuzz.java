package dev.meshkit.fuzz;

import dev.meshkit.fuzz.FuzzRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * {@code make fuzz}: fuzzes a target, or all of them, two at a time; or plays one input.
 *
 * <p>Exits 0 when everything held, 1 on a finding, 2 for words it does not know.
 */
public final class Fuzz {
  private static final Path HOME = Path.of("target", "fuzz");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(s|m|h)");
  private static final int AT_ONCE = 2;
  private static final int MOST_BYTES_SHOWN = 512;

  private Fuzz() {}

  /** {@code <target or all> <time> [<file>]}: with a file, that input alone is played. */
  public static void main(String... args) throws Exception {
    try {
      var targets = args[0].equals("all") ? Targets.names() : List.of(args[0]);
      targets.forEach(Targets::named);
      var held = args.length > 2 ? play(args[0], Path.of(args[2])) : fuzz(targets, time(args[1]));
      System.exit(held ? 0 : 1);
    } catch (IllegalArgumentException unknown) {
      System.err.println(unknown.getMessage());
      System.exit(2);
    }
  }

  private static Duration time(String text) {
    var parts = TIME.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("want a time such as 60s, 10m or 2h, not '" + text + "'");
    }
    var count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  private static boolean play(String target, Path input) throws IOException {
    var fault = FuzzRun.fault(target, Files.readAllBytes(input));
    System.out.println(fault.orElse(target + " holds"));
    return fault.isEmpty();
  }

  private static boolean fuzz(Collection<String> targets, Duration time) throws Exception {
    var tasks = new ArrayList<Callable<Boolean>>();
    for (var target : targets) tasks.add(() -> held(target, time));
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      var held = true;
      for (var done : workers.invokeAll(tasks)) held &= done.get();
      return held;
    }
  }

  private static boolean held(String target, Duration time) throws Exception {
    var outcome = new FuzzRun(target, HOME.resolve(target)).run(time);
    System.out.println(report(target, outcome));
    return outcome instanceof Outcome.Clean;
  }

  /** What people are told. */
  static String report(String target, Outcome outcome) throws IOException {
    return switch (outcome) {
      case Outcome.Clean(var runs, var kept, var slowest) ->
          "fuzz %-14s held: %,d inputs, %d kept, the slowest of those %.1f ms"
              .formatted(target, runs, kept, slowest.toNanos() / 1e6);
      case Outcome.Starved(var runs) ->
          "fuzz %s FAILED: it played %,d inputs in all, and fewer than %,d show nothing"
              .formatted(target, runs, FuzzRun.LEAST_INPUTS);
      case Outcome.Found(var fault, var input) -> finding(target, fault, input);
      case Outcome.Broken(var log) -> "fuzz %s did not run:%n%s".formatted(target, log);
    };
  }

  private static String finding(String target, String fault, Path input) throws IOException {
    var bytes = Files.readAllBytes(input);
    var shown = Math.min(bytes.length, MOST_BYTES_SHOWN);
    return """
    fuzz %s FAILED: %s
    input, %d bytes%s
      hex     %s
      base64  %s
    replay    make fuzz TARGET=%s INPUT=%s
    keep      mkdir -p %s && cp %s %s/
    """
        .formatted(
            target,
            fault,
            bytes.length,
            shown < bytes.length ? ", the first " + shown : "",
            HexFormat.of().formatHex(bytes, 0, shown),
            Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes, shown)),
            target,
            input,
            Corpus.kept(target),
            input,
            Corpus.kept(target));
  }
}
