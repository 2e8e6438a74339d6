package dev.meshkit.chaos;

import dev.meshkit.chaos.Authorities.Held;
import dev.meshkit.process.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The {@link PartitionNode}s, each on its island: they are started, killed, stopped and continued;
 * what they see of their authority goes to {@link Authorities}. No wait is without an end.
 */
final class PartitionProcesses implements AutoCloseable {
  private static final int COUNT = PartitionNode.LEDGER + 1;
  private static final long LONGEST_SECONDS = 60; // from SIGKILL or SIGTERM to the end
  private static final long LONGEST_START_SECONDS = 240; // where a dozen others want the processor

  private final Path home;
  private final Islands islands;
  private final Authorities seen;
  private final Process[] processes = new Process[COUNT];
  private final Set<Process> open = new HashSet<>(); // guarded by this

  /** None runs yet. */
  PartitionProcesses(Path home, Islands islands, Authorities seen) {
    this.home = home;
    this.islands = islands;
    this.seen = seen;
  }

  /** All of them at once, and blocks until each is open. */
  void startAll() throws Exception {
    for (var i = 0; i < COUNT; i++) PartitionNode.enrol(home, i); // they share a CA
    for (var i = 0; i < COUNT; i++) start(i);
    for (var i = 0; i < COUNT; i++) awaitOpen(i);
  }

  private void start(int i) throws IOException {
    var command = new ArrayList<>(islands.runningOn(i));
    command.addAll(
        Jvm.command(
            "-Xmx128m",
            "-XX:StartFlightRecording:settings="
                + Path.of("jfr-profiles/meshkit.jfc").toAbsolutePath(),
            "-XX:FlightRecorderOptions:preserve-repository=true,repository=" + recordings(),
            "-Xlog:jfr*=off"));
    command.add(PartitionNode.class.getName());
    command.add(home.toString());
    command.add(Integer.toString(i));
    for (var one = 0; one < COUNT; one++) command.add(islands.address(one) + ":7443");
    var log = home.resolve("log" + i).toFile();
    var builder = new ProcessBuilder(command);
    var process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
    processes[i] = process;
    Thread.ofPlatform().daemon().start(() -> listen(i, process));
  }

  private void listen(int i, Process process) {
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine()) hear(i, process, line);
    } catch (IOException killed) {
      // with its pipe
    }
  }

  private void hear(int i, Process process, String line) {
    if (line.equals("is open")) {
      synchronized (this) {
        open.add(process);
        notifyAll();
      }
    } else if (line.startsWith("held ")) {
      var said = line.split(" ");
      var first = Long.parseLong(said[2]);
      seen.add(new Held("s" + i, Long.parseLong(said[1]), first, Long.parseLong(said[3])));
    }
  }

  /** Blocks until it says that it is open. */
  synchronized void awaitOpen(int i) throws InterruptedException {
    var process = processes[i];
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
    while (!open.contains(process)) {
      var log = "see log" + i + " in " + home;
      if (!process.isAlive())
        throw new IllegalStateException("node %d ended before it was open, %s".formatted(i, log));
      if (System.nanoTime() > end)
        throw new IllegalStateException(
            "node %d is not open after %d s, %s".formatted(i, LONGEST_START_SECONDS, log));
      wait(1_000);
    }
  }

  /** By SIGKILL, if it still runs, and from the beginning. */
  void restart(int i) throws IOException, InterruptedException {
    kill(i);
    start(i);
  }

  /** By SIGKILL; blocks until the kernel has let go of it. */
  void kill(int i) throws InterruptedException {
    await(processes[i].destroyForcibly(), "SIGKILL");
  }

  /** All voters at once, and all of them from the beginning. */
  void restartVoters() throws IOException, InterruptedException {
    for (var i = 0; i < PartitionNode.LEDGER; i++) processes[i].destroyForcibly();
    for (var i = 0; i < PartitionNode.LEDGER; i++) restart(i);
  }

  /** Such as {@code STOP}. */
  void signal(int i, String name) throws IOException, InterruptedException {
    Commands.run("kill", "-" + name, Long.toString(processes[i].pid()));
  }

  /** In order, so that the recordings end with what they have seen. */
  void stopAll() throws InterruptedException {
    for (var process : processes) process.destroy();
    for (var process : processes) await(process, "SIGTERM");
  }

  private void await(Process process, String signal) throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
      throw new IllegalStateException(
          "process %d is still there %d s after %s, see %s"
              .formatted(process.pid(), LONGEST_SECONDS, signal, home));
  }

  /** Where all of them record. */
  Path recordings() {
    return home.resolve("recordings");
  }

  /** Nobody of them runs any more. */
  @Override
  public void close() throws InterruptedException {
    for (var process : processes) if (process != null) process.destroyForcibly();
    for (var process : processes) if (process != null) await(process, "SIGKILL");
  }
}
