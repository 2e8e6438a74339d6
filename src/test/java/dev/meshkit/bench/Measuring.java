package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A measuring process of its own, with flags that are the same for ours and for the peer beside it.
 */
final class Measuring {
  /** Parallel collector and small headers: what a busy server of either kind would run with. */
  private static final List<String> FLAGS =
      List.of(
          "--enable-preview",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseParallelGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms1g",
          "-Xmx1g",
          "-Dio.netty.leakDetection.level=disabled");

  private static final long TIMEOUT_SECONDS = 1_200;

  private Measuring() {}

  /**
   * Runs the program with a file for its numbers, and these parts, and judges what it left there.
   * The numbers of single parts take the place of theirs in the result that is there already: the
   * whole takes minutes, and a shared machine is not quiet for so long. A number that has a target
   * and was never measured misses it.
   */
  static Map<String, Object> run(
      String bench, Class<?> program, List<String> parts, List<Target> targets, String... flags)
      throws Exception {
    var result = Files.createTempFile("bench-" + bench, ".json");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of(flags)); // the last word counts
    var extra = System.getProperty("meshkit.bench.flags", ""); // a recording, say
    for (var flag : extra.split(" ")) if (!flag.isBlank()) command.add(flag);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.add(result.toString());
    command.addAll(parts);
    var child = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new IllegalStateException("the measuring process failed or took too long");
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    var measured =
        parts.isEmpty() ? new JsonObject() : read(Path.of("target/bench", bench + ".json"));
    read(result).entrySet().forEach(entry -> measured.add(entry.getKey(), entry.getValue()));
    return judged(measured, targets);
  }

  private static JsonObject read(Path file) throws IOException {
    if (!Files.exists(file)) return new JsonObject();
    return new Gson().fromJson(Files.readString(file), JsonObject.class);
  }

  /** The numbers, and which targets they miss. */
  static Map<String, Object> judged(JsonObject measured, List<Target> targets) {
    var numbers = new LinkedHashMap<String, Object>();
    var misses = new ArrayList<String>();
    measured.entrySet().forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
    for (var target : targets) {
      var value = measured.get(target.name());
      if (value == null) misses.add(target + ", not measured");
      else if (!target.isMetBy(value.getAsDouble())) misses.add(target.toString());
    }
    numbers.put("missed", misses);
    numbers.put("withinBudget", misses.isEmpty());
    return numbers;
  }
}
