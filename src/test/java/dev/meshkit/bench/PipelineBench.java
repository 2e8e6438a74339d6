package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.meshkit.bench.pipeline.Ring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The building blocks of pipelines beside plain Java, one JVM a contest: {@link Ring}. Arguments
 * choose contests by a part of their names ({@code make bench BENCH=pipeline ARGS="race select"});
 * the budget is then that of these. All of them take less than four minutes.
 */
final class PipelineBench implements Bench.Measured {
  /** What the program runs with, and a heap that both sides of every contest have room in. */
  private static final List<String> FLAGS =
      List.of(
          "--enable-preview",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms512m",
          "-Xmx512m",
          "-Xmn256m");

  private final List<String> chosen;

  PipelineBench(List<String> parts) {
    chosen = Ring.names().stream().filter(name -> isChosen(name, parts)).toList();
    if (chosen.isEmpty()) throw new IllegalArgumentException("there are only " + Ring.names());
  }

  private static boolean isChosen(String name, List<String> parts) {
    var small = name.toLowerCase(Locale.ROOT);
    return parts.isEmpty()
        || parts.stream().anyMatch(part -> small.contains(part.toLowerCase(Locale.ROOT)));
  }

  @Override
  public Map<String, Object> run() throws Exception {
    var contests = new LinkedHashMap<String, JsonObject>();
    var missed = new ArrayList<String>();
    for (var name : chosen) {
      var numbers = decided(name);
      contests.put(name, numbers);
      if (!numbers.get("holds").getAsBoolean()) missed.add(name);
      System.out.printf("%-18s %s%n", name, line(numbers));
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("contests", contests);
    all.put("missed", missed);
    all.put("withinBudget", missed.isEmpty());
    return all;
  }

  private static JsonObject decided(String name) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    var extra = System.getProperty("meshkit.bench.flags", ""); // a recording, say
    for (var flag : extra.split(" ")) if (!flag.isBlank()) command.add(flag);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Ring.class.getName()));
    command.add(name);
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    var child = builder.start();
    try {
      var said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (child.waitFor() != 0) throw new IllegalStateException(name + " failed: " + said);
      return new Gson().fromJson(said, JsonObject.class);
    } finally {
      child.destroyForcibly();
    }
  }

  private static String line(JsonObject numbers) {
    return "time ratio %s, ours %s ns, plain %s ns, busy %s, %s: %s"
        .formatted(
            spread(numbers, "timeRatio"),
            spread(numbers, "oursNanos"),
            spread(numbers, "plainNanos"),
            spread(numbers, "busyRatio"),
            numbers.get("bound").getAsString(),
            numbers.get("holds").getAsBoolean() ? "held" : "MISSED");
  }

  private static String spread(JsonObject numbers, String name) {
    var spread = numbers.getAsJsonObject(name);
    return spread.get("median") + " (" + spread.get("least") + "-" + spread.get("most") + ")";
  }
}
