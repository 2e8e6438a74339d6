package dev.meshkit.queue;

import dev.meshkit.store.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fault table's clock of ±1 h and ±10 y, with a real process and libfaketime: no lease is lost,
 * none is charged, nothing comes early or twice, and nothing expires (Q13, Q27). {@link
 * ClockStepsChild} is the process.
 */
public final class ClockSteps {
  private final List<String> broken = new ArrayList<>();
  private final Path directory;
  private final Path clock;
  private final String fake;

  private ClockSteps(Path directory, Path library) {
    this.directory = directory;
    this.clock = directory.resolve("clock");
    this.fake =
        "export LD_PRELOAD=%s FAKETIME_TIMESTAMP_FILE=%s FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1"
            .formatted(library, clock);
  }

  /** {@code make chaos CASE=clock-steps ARGS=rounds}. */
  public static List<String> run(int rounds) throws IOException, InterruptedException {
    var library = library();
    if (library.isEmpty()) return List.of("it needs libfaketime: apt-get install faketime");
    var broken = new ArrayList<String>();
    for (var i = 0; i < rounds && broken.isEmpty(); i++) {
      var one = new ClockSteps(Files.createTempDirectory("clock-steps"), library.get());
      one.round();
      broken.addAll(one.broken);
      if (broken.isEmpty()) one.remove(); // else it is what one has to look at
    }
    return broken;
  }

  private void round() throws IOException, InterruptedException {
    Files.writeString(clock, "+0\n");
    var begun = "0";
    try (var child = start()) {
      for (var step : ClockStepsChild.STEPS) onTime(child, step);
      for (var i = 0; i < ClockStepsChild.HELD; i++) hears(child, "S " + new Settled.Done() + " 1");
      hears(child, "V " + ClockStepsChild.LIVES + " 0");
      begun = child.line().orElse("N 0").substring("N ".length());
      ends(child);
    }
    if (!broken.isEmpty()) return;
    // and when it starts again twenty years earlier, what waited comes, and what lives lives
    Files.writeString(clock, "-10y\n");
    try (var child = start(begun)) {
      onTime(child, "next");
      hears(child, "V " + ClockStepsChild.LIVES + " 0");
      ends(child);
    }
  }

  private ChildJvm start(String... more) throws IOException {
    var store = Files.createDirectories(directory.resolve("store"));
    var arguments = new ArrayList<>(List.of(store.toString(), clock.toString()));
    arguments.addAll(List.of(more));
    return ChildJvm.start(fake, ClockStepsChild.class, arguments.toArray(String[]::new));
  }

  private void onTime(ChildJvm child, String name) throws IOException {
    var line = child.line().orElse("nothing, since it has ended");
    var words = line.split(" ");
    var isIt = words.length == 3 && words[0].equals("L") && words[1].equals(name);
    if (!isIt) broken.add("the task of " + name + " did not come: " + line);
    else if (Long.parseLong(words[2]) < ClockStepsChild.LATER.toMillis())
      broken.add("the task of " + name + " came early: " + line + " ms");
  }

  private void hears(ChildJvm child, String wanted) throws IOException {
    var line = child.line().orElse("nothing, since it has ended");
    if (!line.equals(wanted)) broken.add("it said '" + line + "', not '" + wanted + "'");
  }

  private void ends(ChildJvm child) throws InterruptedException {
    var status = child.await();
    if (status != 0) broken.add("it ended with status " + status + "; see " + directory);
  }

  private void remove() throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private static Optional<Path> library() {
    return Stream.of("lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "lib", "local/lib")
        .map(lib -> Path.of("/usr", lib, "faketime", "libfaketime.so.1"))
        .filter(Files::isReadable)
        .findFirst();
  }
}
