package dev.meshkit.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One target under Jazzer, in a JVM of its own, and then its whole corpus again in this one, where
 * nothing is instrumented and allocation can be measured.
 */
final class FuzzRun {
  private static final Pattern RUNS = Pattern.compile("stat::number_of_executed_units:\\s+(\\d+)");
  private static final Pattern WRITTEN = Pattern.compile("Test unit written to (\\S+)");
  private static final Pattern FAULT =
      Pattern.compile("== Java Exception: (.*?)\\n(?:DEDUP_TOKEN|== libFuzzer)", Pattern.DOTALL);

  /** What Jazzer hooks to find injections, which nothing here could carry out. */
  private static final List<String> INJECTIONS =
      Stream.of(
              "ClojureLangHooks",
              "Deserialization",
              "ExpressionLanguageInjection",
              "FilePathTraversal",
              "LdapInjection",
              "NamingContextLookup",
              "OsCommandInjection",
              "ReflectiveCall",
              "RegexInjection",
              "ScriptEngineInjection",
              "ServerSideRequestForgery",
              "SqlInjection",
              "TemplateInjection",
              "UnsafeSanitizer",
              "XPathInjection",
              "XmlParserSsrfGuidance")
          .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
          .toList();

  private static final Duration START_AND_END = Duration.ofMinutes(3);

  /** Fewer inputs show nothing: a gate that played no more is shut. */
  static final int LEAST_INPUTS = 1_000;

  private static final int MOST_TRIES = 3;

  private final String name;
  private final Path home;

  /** A run of the target {@code name}, which leaves what it finds in {@code home}. */
  FuzzRun(String name, Path home) {
    this.name = name;
    this.home = home;
  }

  /** How it went. */
  sealed interface Outcome {
    /**
     * Nothing was found.
     *
     * @param runs how many inputs were tried
     * @param kept how many of them reached something new
     * @param slowest call, uninstrumented
     */
    record Clean(long runs, int kept, Duration slowest) implements Outcome {}

    /**
     * Nothing was found, but not because somebody looked.
     *
     * @param runs how many inputs were tried, fewer than {@link #LEAST_INPUTS}
     */
    record Starved(long runs) implements Outcome {}

    /**
     * An input broke the target.
     *
     * @param fault what was thrown, and where
     * @param input the file it is in
     */
    record Found(String fault, Path input) implements Outcome {}

    /**
     * Nothing was fuzzed.
     *
     * @param log what the driver said
     */
    record Broken(String log) implements Outcome {}
  }

  /**
   * Fuzzes for about {@code time}; on a machine too busy for {@link #LEAST_INPUTS} in that time, a
   * little longer.
   */
  Outcome run(Duration time) throws Exception {
    var before = 0L;
    for (var tries = 1; ; tries++) {
      var outcome = once(time);
      if (!(outcome instanceof Outcome.Clean(var runs, var kept, var slowest))) return outcome;
      before += runs;
      if (before >= LEAST_INPUTS || tries == MOST_TRIES) {
        return verdict(new Outcome.Clean(before, kept, slowest));
      }
    }
  }

  /** What a run without a finding is worth. */
  static Outcome verdict(Outcome.Clean run) {
    return run.runs() < LEAST_INPUTS ? new Outcome.Starved(run.runs()) : run;
  }

  private Outcome once(Duration time) throws Exception {
    var corpus = Files.createDirectories(home.resolve("corpus"));
    var seeds = freshSeeds();
    var log = home.resolve("log");
    var process =
        new ProcessBuilder(command(time, corpus, seeds))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      var ended = process.waitFor(time.plus(START_AND_END).toMillis(), TimeUnit.MILLISECONDS);
      return outcome(ended ? process.exitValue() : -1, Files.readString(log), corpus);
    } finally {
      process.destroyForcibly();
    }
  }

  private Outcome outcome(int exit, String log, Path corpus) throws Exception {
    var written = WRITTEN.matcher(log);
    if (exit != 0 && written.find()) {
      var fault = FAULT.matcher(log);
      return new Outcome.Found(fault.find() ? fault.group(1) : log, Path.of(written.group(1)));
    }
    var runs = RUNS.matcher(log);
    if (exit != 0 || !runs.find()) return new Outcome.Broken("exit " + exit + "\n" + log);
    return replayed(Long.parseLong(runs.group(1)), corpus);
  }

  private Outcome replayed(long runs, Path corpus) throws Exception {
    var slowest = Duration.ZERO;
    var cases = Corpus.in(corpus);
    var target = Targets.named(name);
    for (var one : cases) {
      var fault = faultOf(target, one.bytes()); // which also loads the classes
      if (fault.isPresent()) return new Outcome.Found(fault.get(), Path.of(one.name()));
      var began = System.nanoTime();
      target.run(one.bytes());
      var took = Duration.ofNanos(System.nanoTime() - began);
      if (took.compareTo(slowest) > 0) slowest = took;
    }
    return new Outcome.Clean(runs, cases.size(), slowest);
  }

  /** What {@code input} makes the target throw, with its stack; empty if it holds. */
  static Optional<String> fault(String target, byte[] input) {
    return faultOf(Targets.named(target), input);
  }

  /** The same of a target that is not among {@link Targets}. */
  static Optional<String> faultOf(FuzzTarget target, byte[] input) {
    try {
      target.run(input);
      return Optional.empty();
    } catch (Throwable thrown) { // whatever it is, StackOverflowError too, is the finding
      var text = new java.io.StringWriter();
      thrown.printStackTrace(new java.io.PrintWriter(text, true));
      return Optional.of(text.toString().strip());
    }
  }

  private Path freshSeeds() throws Exception {
    var seeds = home.resolve("seeds");
    if (Files.isDirectory(seeds)) {
      try (var old = Files.walk(seeds)) {
        for (var path : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
      }
    }
    Files.createDirectories(seeds);
    var number = 0;
    for (var one : Corpus.of(name)) Files.write(seeds.resolve("seed-" + number++), one.bytes());
    return seeds;
  }

  private List<String> command(Duration time, Path corpus, Path seeds) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", // what is instrumented runs for seconds
            "-XX:+EnableDynamicAgentLoading", // Jazzer instruments from within
            "-Xmx768m",
            "-Dmeshkit.fuzz.instrumented=true",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer"));
    command.addAll(
        List.of(
            "--target_class=" + JazzerEntry.class.getName(),
            "--target_args=" + name,
            "--instrumentation_includes=dev.meshkit.**:com.google.protobuf.**:org.tomlj.**",
            "--custom_hook_includes=dev.meshkit.**:com.google.protobuf.**:org.tomlj.**",
            "--disabled_hooks=" + String.join(":", INJECTIONS),
            "--reproducer_path=" + home,
            "-artifact_prefix=" + home + "/",
            "-max_total_time=" + Math.max(1, time.toSeconds()),
            "-seed=" + Long.getLong("meshkit.fuzz.seed", 0), // 0: another one each time
            "-timeout=60",
            "-rss_limit_mb=0", // the heap is bounded, and an OutOfMemoryError is a finding
            "-print_final_stats=1",
            corpus.toString(),
            seeds.toString()));
    return command;
  }
}
