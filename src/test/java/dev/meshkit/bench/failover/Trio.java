package dev.meshkit.bench.failover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Three processes of one side, and the last of them that said that it leads, with the time. */
final class Trio implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Side side;
  private final Path directory;
  private final List<Integer> ports;
  private final List<Process> members = new ArrayList<>();
  private final Set<Process> open = new HashSet<>(); // guarded by this
  private final Set<Process> told = new HashSet<>(); // guarded by this: those that know a leader
  private Optional<Process> leader = Optional.empty(); // guarded by this
  private Optional<Process> ended = Optional.empty(); // guarded by this: whose tenure ended last
  private long endedNanos; // guarded by this
  private long ledNanos; // guarded by this: since when, by System.nanoTime

  /** Starts them; blocks until one leads and the others follow. */
  Trio(Side side, Path directory) throws IOException, InterruptedException {
    this.side = side;
    this.directory = directory;
    this.ports = side.ports();
    for (var place = 0; place < 3; place++) { // in turn: they share a CA
      var member = start(place);
      members.add(member);
      await(() -> open.contains(member));
    }
    await(() -> leader.isPresent() && told.containsAll(members));
  }

  /** Ends the leader by SIGTERM; how long from the end of its authority until another's. */
  Duration handOver() throws IOException, InterruptedException {
    var old = leader();
    old.toHandle().destroy(); // SIGTERM, and its output can still be read
    await(() -> !leader.orElse(old).equals(old) && ended.equals(Optional.of(old)));
    var gap = Duration.ofNanos(since() - endedSince());
    replace(old);
    return gap;
  }

  /** Kills the leader; how long until another one said that it leads. */
  Duration kill() throws IOException, InterruptedException {
    var dead = leader();
    var killed = System.nanoTime();
    dead.toHandle().destroyForcibly(); // SIGKILL
    await(() -> !leader.orElse(dead).equals(dead));
    var gap = Duration.ofNanos(since() - killed);
    replace(dead);
    return gap;
  }

  private void replace(Process ending) throws IOException, InterruptedException {
    ending.waitFor();
    var place = members.indexOf(ending);
    members.set(place, start(place));
    await(() -> told.contains(members.get(place)));
  }

  /** Where the data of one of ours that leads is. */
  Path leaderDirectory() {
    return directory.resolve("n" + (members.indexOf(leader()) + 1));
  }

  /** Where an etcd that leads serves its clients. */
  String leaderClients() {
    return "127.0.0.1:" + ports.get(3 + members.indexOf(leader()));
  }

  private synchronized Process leader() {
    return leader.orElseThrow();
  }

  private synchronized long since() {
    return ledNanos;
  }

  private synchronized long endedSince() {
    return endedNanos;
  }

  private synchronized void await(BooleanSupplier holds) throws InterruptedException {
    var end = System.nanoTime() + LONGEST.toNanos();
    while (!holds.getAsBoolean()) {
      var left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) throw new IllegalStateException(side.name() + ": nothing more: " + directory);
      wait(left);
    }
  }

  private Process start(int place) throws IOException {
    var log = directory.resolve("n" + place + ".log").toFile();
    var builder = new ProcessBuilder(side.command(directory, ports, place));
    var process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
    Thread.ofPlatform().daemon().name("listen-" + place).start(() -> listen(process));
    return process;
  }

  private void listen(Process process) {
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine())
        hear(process, line, System.nanoTime());
    } catch (IOException killed) {
      // with its pipe
    }
  }

  private synchronized void hear(Process process, String line, long nanos) {
    var leads = line.contains(side.leads());
    if (line.equals("ended")) {
      ended = Optional.of(process);
      endedNanos = nanos;
    } else if (line.contains(side.opens())) open.add(process);
    else if (leads || line.contains(side.follows())) told.add(process);
    else return;
    if (leads) {
      leader = Optional.of(process);
      ledNanos = nanos;
    }
    notifyAll();
  }

  @Override
  public void close() {
    for (var member : members) member.destroyForcibly();
  }
}
