package dev.meshkit.chaos;

import dev.meshkit.chaos.Authorities.Held;
import dev.meshkit.sim.TraceCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make chaos CASE=partition ARGS="rounds seed"}: three voters and a ledger, each a process
 * in a network and on a disk of its own, so it needs a root that may make network namespaces and
 * mount. Each round hurts the leader in one way and waits for another; then all is healed. Never
 * two authorities, by what the nodes saw on the clock they share, by the fenced rows of the ledger,
 * and by what all processes recorded; terms never go back.
 */
final class Partition implements AutoCloseable {
  private static final long LONGEST_MS = 180_000; // a second, where nobody else wants the processor
  private static final int FILLS = 4;

  private final Path home;
  private final Islands islands;
  private final Disks disks;
  private final Authorities seen = new Authorities();
  private final PartitionProcesses processes;
  private final List<String> broken = new ArrayList<>();
  private int ended; // tenures that a round let end in order, so that they were recorded

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
    VOTE_FULL;

    private boolean needsDisks() {
      return compareTo(DISK_HANGS) >= 0;
    }

    /** Whether the leader lives on and loses its tenure. */
    private boolean isSurvived() {
      return switch (this) {
        case DEAF, MUTE, ALONE, FROZEN, DISK_HANGS -> true;
        case KILLED, ALL_KILLED, VOTES_HANG, DISK_FULL, VOTE_FULL -> false;
      };
    }
  }

  private Partition(int disks) throws IOException, InterruptedException {
    home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "partition");
    islands = new Islands(PartitionNode.LEDGER + 1);
    processes = new PartitionProcesses(home, islands, seen);
    try {
      this.disks = new Disks(home, disks);
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

  /**
   * These, one after the other. Says what this machine does not permit: without networks nothing
   * can be judged, without disks all that needs none is done.
   */
  static List<String> run(List<Hurt> asked, SplittableRandom chance) throws Exception {
    var islands = Islands.refusal();
    if (!islands.isEmpty()) return List.of("nothing was run: " + islands);
    var disks = Disks.refusal();
    var hurts = asked;
    if (!disks.isEmpty()) {
      hurts = asked.stream().filter(hurt -> !hurt.needsDisks()).toList();
      System.out.println(asked.size() - hurts.size() + " rounds are left out: " + disks);
    }
    try (var trial = new Partition(disks.isEmpty() ? PartitionNode.LEDGER : 0)) {
      trial.processes.startAll();
      for (var i = 0; i < hurts.size(); i++)
        trial.round(i + 1, hurts.get(i), chance.nextInt(2_000));
      trial.processes.stopAll();
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
    if (hurt.isSurvived()) ended++;
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
    processes.restart(leader);
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
    throw new IllegalStateException(
        "nobody leads after " + LONGEST_MS + " ms in which all was whole, see " + home);
  }

  private void hurt(Hurt hurt, int leader, int restMs) throws Exception {
    var next = (leader + 1) % PartitionNode.LEDGER;
    var last = (leader + 2) % PartitionNode.LEDGER;
    for (var other : List.of(next, last)) {
      if (hurt == Hurt.DEAF || hurt == Hurt.ALONE) islands.cut(other, leader);
      if (hurt == Hurt.MUTE || hurt == Hurt.ALONE) islands.cut(leader, other);
    }
    switch (hurt) {
      case FROZEN -> processes.signal(leader, "STOP");
      case KILLED -> processes.kill(leader);
      case ALL_KILLED -> {
        processes.restartVoters();
        for (var i = 0; i < PartitionNode.LEDGER; i++) processes.awaitOpen(i);
      }
      case DISK_HANGS -> disks.hang(leader);
      case VOTES_HANG -> {
        disks.hang(next);
        disks.hang(last);
        processes.kill(leader);
        pause(restMs); // they would have voted by then, or not
        disks.resume(next);
        disks.resume(last);
      }
      case VOTE_FULL -> {
        disks.fill(next);
        processes.kill(leader);
        pause(1_000 + restMs);
        disks.empty(next);
        again(next); // whoever could not write a vote has stopped
      }
      case DEAF, MUTE, ALONE, DISK_FULL -> {}
    }
  }

  private void heal(Hurt hurt, int leader) throws Exception {
    islands.heal();
    if (hurt == Hurt.FROZEN) processes.signal(leader, "CONT");
    disks.resume(leader);
    disks.empty(leader);
    switch (hurt) {
      case KILLED, VOTES_HANG, VOTE_FULL, DISK_FULL -> again(leader);
      case DEAF, MUTE, ALONE, FROZEN, ALL_KILLED, DISK_HANGS -> {}
    }
  }

  private void again(int i) throws Exception {
    processes.restart(i);
    processes.awaitOpen(i);
  }

  private List<String> judged(int rounds) throws SQLException, IOException {
    broken.addAll(seen.broken());
    recorded();
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
  private void recorded() throws IOException {
    try (var files = Files.walk(processes.recordings())) {
      var parts = new ArrayList<String>();
      for (var file : files.filter(file -> file.toString().endsWith(".jfr")).toList())
        if (Unfinished.finish(file)) parts.add(file.toString());
      var read = TraceCheck.read(parts);
      System.out.println(parts.size() + " recordings, " + read.tenures() + " tenures in them");
      broken.addAll(TraceCheck.check(read.events()));
      if (read.tenures() < ended)
        broken.add(ended + " tenures ended, " + read.tenures() + " are recorded");
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
    try {
      processes.close();
    } finally {
      disks.close();
      islands.close();
    }
  }
}
