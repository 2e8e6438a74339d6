package dev.meshkit.chaos;

import dev.meshkit.chaos.Authorities.Held;
import dev.meshkit.process.Jvm;
import dev.meshkit.sim.TraceCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make chaos CASE=partition ARGS="rounds seed"}: three voters and a ledger, each a process
 * in a network and on a disk of its own, so it needs a root that may make network namespaces and
 * mount. Each round hurts the leader in one way and waits for another; then all is healed. Never
 * two authorities, by what the nodes saw on the clock they share, by the fenced rows of the ledger,
 * and by what all processes recorded; terms never go back.
 */
final class Partition implements AutoCloseable {
  private static final long LONGEST_MS = 60_000;
  private static final int FILLS = 4;

  private final Path home;
  private final Islands islands;
  private final Disks disks;
  private final Process[] processes = new Process[PartitionNode.LEDGER + 1];
  private final Set<Process> open = new HashSet<>(); // guarded by this
  private final Authorities seen = new Authorities();
  private final List<String> broken = new ArrayList<>();

  /** What is done to the leader. */
  enum Hurt {
    DEAF,
    MUTE,
    ALONE,
    FROZEN,
    KILLED,
    ALL_KILLED,
    /** Its disk hangs until another one leads. */
    DISK_HANGS,
    /** It is killed while the disks of those who are to vote hang. */
    VOTES_HANG,
    /** Its disk is full until another one leads; it is killed where that does not stop it. */
    DISK_FULL,
    /** It is killed while the disk of one who is to vote is full, for a time. */
    VOTE_FULL
  }

  private Partition() throws IOException, InterruptedException {
    home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "partition");
    islands = new Islands(PartitionNode.LEDGER + 1);
    try {
      disks = new Disks(home, PartitionNode.LEDGER);
    } catch (IOException refused) {
      islands.close();
      throw refused;
    }
  }

  /** So many rounds; what went wrong, nothing when it held. */
  static List<String> run(int rounds, long seed) throws Exception {
    System.out.println("partition: " + rounds + " rounds, seed " + seed);
    var chance = new SplittableRandom(seed);
    var all = Hurt.values();
    return run(chance.ints(rounds, 0, all.length).mapToObj(i -> all[i]).toList(), chance);
  }

  /** These, one after the other. */
  static List<String> run(List<Hurt> hurts, SplittableRandom chance) throws Exception {
    try (var trial = new Partition()) {
      for (var i = 0; i < trial.processes.length; i++) {
        trial.start(i);
        trial.awaitOpen(i); // in turn: they share a CA
      }
      for (var i = 0; i < hurts.size(); i++)
        trial.round(i + 1, hurts.get(i), chance.nextInt(2_000));
      trial.stop();
      return trial.judged(hurts.size());
    }
  }

  private void round(int round, Hurt hurt, int restMs) throws Exception {
    pause(3_000 + restMs); // a voter that was started again promises nothing for 2 s
    var led = awaitLeader();
    var leader = led.node().charAt(1) - '0';
    var began = System.nanoTime();
    hurt(hurt, leader, restMs);
    var next = hurt == Hurt.DISK_FULL ? filled(leader, led) : seen.after(led.term(), LONGEST_MS);
    var took = (System.nanoTime() - began) / 1_000_000;
    System.out.println(
        round + " " + hurt + " " + led.node() + " -> " + next.node() + " in " + took + " ms");
    if (next.term() <= led.term()) broken.add("round " + round + ": nobody leads after " + hurt);
    heal(hurt, leader);
  }

  /**
   * It gives up what it keeps in reserve, and leads on with that; so the disk is filled again, and
   * in the end it has stopped, or goes on without another block. Either is right; not, that nobody
   * leads.
   */
  private Held filled(int leader, Held led) throws Exception {
    for (var times = 0; times < FILLS; times++) {
      disks.fill(leader);
      var next = seen.after(led.term(), 2_000);
      if (next.term() > led.term()) return next;
    }
    restart(leader);
    return seen.after(led.term(), LONGEST_MS);
  }

  /** Somebody who has authority now, or as good as. */
  private Held awaitLeader() throws InterruptedException {
    var end = System.nanoTime() + LONGEST_MS * 1_000_000;
    while (System.nanoTime() < end) {
      var latest = seen.latest();
      if (latest.term() > 0 && System.nanoTime() - latest.lastNanos() < 200_000_000) return latest;
      pause(20);
    }
    throw new IllegalStateException("nobody leads, and all is whole: " + home);
  }

  private void hurt(Hurt hurt, int leader, int restMs) throws Exception {
    var next = (leader + 1) % PartitionNode.LEDGER;
    var last = (leader + 2) % PartitionNode.LEDGER;
    for (var other : List.of(next, last)) {
      if (hurt == Hurt.DEAF || hurt == Hurt.ALONE) islands.cut(other, leader);
      if (hurt == Hurt.MUTE || hurt == Hurt.ALONE) islands.cut(leader, other);
    }
    switch (hurt) {
      case FROZEN -> signal(leader, "STOP");
      case KILLED -> kill(leader);
      case ALL_KILLED -> {
        for (var i = 0; i < PartitionNode.LEDGER; i++) processes[i].destroyForcibly();
        for (var i = 0; i < PartitionNode.LEDGER; i++) restart(i);
      }
      case DISK_HANGS -> disks.hang(leader);
      case VOTES_HANG -> {
        disks.hang(next);
        disks.hang(last);
        kill(leader);
        pause(restMs); // they would have voted by then, or not
        disks.resume(next);
        disks.resume(last);
      }
      case VOTE_FULL -> {
        disks.fill(next);
        kill(leader);
        pause(1_000 + restMs);
        disks.empty(next);
        again(next); // whoever could not write a vote has stopped
      }
      case DEAF, MUTE, ALONE, DISK_FULL -> {}
    }
  }

  private void heal(Hurt hurt, int leader) throws Exception {
    islands.heal();
    if (hurt == Hurt.FROZEN) signal(leader, "CONT");
    disks.resume(leader);
    disks.empty(leader);
    switch (hurt) {
      case KILLED, VOTES_HANG, VOTE_FULL, DISK_FULL -> again(leader);
      case DEAF, MUTE, ALONE, FROZEN, ALL_KILLED, DISK_HANGS -> {}
    }
  }

  private void again(int i) throws Exception {
    restart(i);
    awaitOpen(i);
  }

  private void restart(int i) throws Exception {
    kill(i);
    start(i);
  }

  private void kill(int i) throws InterruptedException {
    processes[i].destroyForcibly().waitFor();
  }

  private void signal(int i, String name) throws Exception {
    var pid = Long.toString(processes[i].pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0)
      throw new IOException("no process " + pid);
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
    command.addAll(List.of(PartitionNode.class.getName(), home.toString(), Integer.toString(i)));
    for (var one = 0; one < processes.length; one++) command.add(islands.address(one) + ":7443");
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

  private synchronized void awaitOpen(int i) throws InterruptedException {
    while (!open.contains(processes[i])) {
      if (!processes[i].isAlive())
        throw new IllegalStateException("it ended, see log" + i + " in " + home);
      wait(1_000);
    }
  }

  private Path recordings() {
    return home.resolve("recordings");
  }

  /** In order, so that the recordings end with what they have seen. */
  private void stop() throws InterruptedException {
    for (var process : processes) process.toHandle().destroy();
    for (var process : processes)
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
  }

  private List<String> judged(int rounds) throws SQLException, IOException {
    broken.addAll(seen.broken());
    recorded(rounds);
    var nodes = new TreeMap<Long, String>();
    var last = 0L;
    var rows = 0;
    var file = home.resolve("ledger/mesh.db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + file);
        var look = db.createStatement();
        var found = look.executeQuery("SELECT node, term FROM app_run ORDER BY n")) {
      for (; found.next(); rows++) {
        var node = found.getString(1);
        var term = found.getLong(2);
        if (term < last) broken.add("the ledger: term " + term + " after " + last);
        var before = nodes.putIfAbsent(term, node);
        if (before != null && !before.equals(node))
          broken.add("the ledger: term " + term + " of " + before + " and " + node);
        last = Math.max(last, term);
      }
    }
    System.out.println(
        rows + " rows of " + nodes.size() + " terms; " + seen.terms() + " terms had authority");
    if (nodes.size() < rounds / 2) broken.add("too few terms wrote to mean anything: " + nodes);
    return broken;
  }

  /** What the processes wrote down; of one that was killed, all but its last second. */
  private void recorded(int rounds) throws IOException {
    try (var files = Files.walk(recordings())) {
      var parts = new ArrayList<String>();
      for (var file : files.filter(file -> file.toString().endsWith(".jfr")).toList())
        if (Unfinished.finish(file)) parts.add(file.toString());
      var read = TraceCheck.read(parts);
      System.out.println(parts.size() + " recordings, " + read.tenures() + " tenures in them");
      broken.addAll(TraceCheck.check(read.events()));
      if (read.tenures() < rounds / 4) broken.add("too few tenures were recorded to mean anything");
    }
  }

  private static void pause(long millis) {
    var end = System.nanoTime() + millis * 1_000_000;
    for (var left = 1L; left > 0; left = end - System.nanoTime()) LockSupport.parkNanos(left);
  }

  @Override
  public void close() throws InterruptedException {
    for (var i = 0; i < PartitionNode.LEDGER; i++) {
      try {
        disks.resume(i); // who waits for a disk cannot be killed
      } catch (IOException stuck) {
        System.out.println("still hangs: " + stuck.getMessage());
      }
    }
    for (var process : processes) if (process != null) process.destroyForcibly().waitFor();
    disks.close();
    islands.close();
  }
}
