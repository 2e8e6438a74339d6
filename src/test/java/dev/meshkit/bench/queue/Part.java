package dev.meshkit.bench.queue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.meshkit.process.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own, with the small heap of a node, that says its numbers in its last line. */
final class Part {
  private Part() {}

  static JsonObject run(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    var child = start(program, arguments);
    try {
      var said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (child.waitFor() != 0) throw new IllegalStateException(program + " failed: " + said);
      System.out.println(said.strip());
      return new Gson().fromJson(said.lines().toList().getLast(), JsonObject.class);
    } finally {
      child.destroyForcibly();
    }
  }

  /** Starts it, for whoever wants to hear it while it runs, or to kill it. */
  static Process start(Class<?> program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx128m"));
    var extra = System.getProperty("meshkit.bench.flags", ""); // a recording, say
    for (var flag : extra.split(" ")) if (!flag.isBlank()) command.add(flag);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The same with an AOT cache, as the program is shipped: for what a start costs. */
  static Process startAsShipped(Class<?> program, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            Jvm.command(
                "-XX:TieredStopAtLevel=4", // as without what those of tests are given
                "-Xmx128m"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** What this process has in memory, its libraries and SQLite's cache included. */
  static long residentMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
        .sum();
  }
}
