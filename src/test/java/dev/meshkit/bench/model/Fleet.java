package dev.meshkit.bench.model;

import dev.meshkit.process.Jvm;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Processes of one mesh, and what each of them sees of the others. */
final class Fleet implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Path directory;
  private final List<String> places;
  private final List<Process> members = new ArrayList<>();
  private final Set<Process> open = new HashSet<>(); // guarded by this
  private final Map<Process, Map<String, String>> seen = new HashMap<>(); // guarded by this
  private long lastNanos; // guarded by this: of the last line, by System.nanoTime

  /** Starts so many in turn; blocks until each sees all others. */
  Fleet(int size, Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.places = places(size);
    for (var place = 0; place < size; place++) { // in turn: they share a CA
      var member = start(place);
      members.add(member);
      await(() -> open.contains(member));
    }
    for (var place = 0; place < size; place++) awaitSeen(place, "ALIVE");
  }

  private static List<String> places(int size) throws IOException {
    var ports = new HashSet<Integer>();
    while (ports.size() < size) ports.add(FreePort.of("127.0.0.1"));
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /** Kills one by SIGKILL; how long until the last of the others held it for dead. */
  Duration kill(int place) throws InterruptedException {
    var killed = System.nanoTime();
    members.get(place).destroyForcibly();
    return Duration.ofNanos(awaitSeen(place, "DEAD") - killed);
  }

  /** Starts it again; blocks until all others see it. */
  void replace(int place) throws IOException, InterruptedException {
    members.get(place).waitFor();
    members.set(place, start(place));
    awaitSeen(place, "ALIVE");
  }

  /** When the last of the others came to see it so, by System.nanoTime. */
  private synchronized long awaitSeen(int place, String status) throws InterruptedException {
    await(
        () -> {
          for (var other = 0; other < members.size(); other++)
            if (other != place && !seen(other).getOrDefault(name(place), "").equals(status))
              return false;
          return true;
        });
    return lastNanos;
  }

  private Map<String, String> seen(int by) {
    return seen.getOrDefault(members.get(by), Map.of());
  }

  private static String name(int place) {
    return "n" + (place + 1);
  }

  private synchronized void await(BooleanSupplier holds) throws InterruptedException {
    var end = System.nanoTime() + LONGEST.toNanos();
    while (!holds.getAsBoolean()) {
      var left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) throw new IllegalStateException("nothing more: " + directory + " " + seen);
      wait(left);
    }
  }

  private Process start(int place) throws IOException {
    var command = new ArrayList<>(Jvm.command("-Xmx96m"));
    command.add(FleetNode.class.getName());
    command.addAll(List.of(directory.toString(), Integer.toString(place + 1)));
    command.addAll(places);
    var log = directory.resolve(name(place) + ".log").toFile();
    var builder = new ProcessBuilder(command);
    var process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
    Thread.ofPlatform().daemon().name("listen-" + place).start(() -> listen(process));
    return process;
  }

  private void listen(Process process) {
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine())
        hear(process, line.split(" "), System.nanoTime());
    } catch (IOException killed) {
      // with its pipe
    }
  }

  private synchronized void hear(Process process, String[] words, long nanos) {
    switch (words[0]) {
      case "is" -> open.add(process);
      case "sees" -> seen.computeIfAbsent(process, _ -> new HashMap<>()).put(words[1], words[2]);
      default -> {
        return;
      }
    }
    lastNanos = nanos;
    notifyAll();
  }

  @Override
  public void close() {
    for (var member : members) member.destroyForcibly();
  }
}
