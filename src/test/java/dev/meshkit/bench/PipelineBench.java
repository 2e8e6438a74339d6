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
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The building blocks of pipelines beside plain Java, one JVM a contest: {@link Ring}. Arguments
 * choose contests by a part of their names ({@code make bench BENCH=pipeline ARGS="race select"});
 * the budget is then that of these. All of them take less than four minutes. It is within its
 * budget if every bound of the issue is kept; others that are missed are told beside.
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
    var missed = new TreeMap<String, List<String>>();
    for (var whose : List.of("issue", "stricter", "design")) missed.put(whose, List.of());
    for (var name : chosen) {
      var numbers = decided(name);
      contests.put(name, numbers);
      if (!numbers.get("holds").getAsBoolean()) missed.merge(of(numbers), List.of(name), this::and);
      System.out.printf("%-18s %s%n", name, line(numbers));
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("contests", contests);
    missed.forEach((whose, names) -> System.out.println(said(whose, names)));
    missed.forEach((whose, names) -> all.put(whose + "BoundsMissed", names));
    all.put("withinBudget", missed.getOrDefault("issue", List.of()).isEmpty());
    return all;
  }

  private static String of(JsonObject numbers) {
    return numbers.get("boundOf").getAsString();
  }

  private List<String> and(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static String said(String whose, List<String> names) {
    return "bounds (%s): %s"
        .formatted(whose, names.isEmpty() ? "all held" : "MISSED by " + String.join(", ", names));
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
