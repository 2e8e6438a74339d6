package dev.meshkit.link;

import dev.meshkit.store.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Three processes: one sends to two at the same pace, and one of these is away for a while, frozen
 * by a signal. Q32: the other one gets its messages as before. Q18, Q28: no attempt is charged.
 * Q33, Q22: afterwards everything arrives, once and in order; and neither side keeps what waits in
 * memory.
 */
public final class PeerAway implements AutoCloseable {
  private static final String SENDER = "n1";
  private static final String OTHER = "n2";
  private static final String AWAY = "n3";

  /** Of the rate before, where the machine keeps the pace at all. */
  private static final double LEAST_RATIO = 0.95;

  /** Of it, in a short run on a machine that does not even when nobody is away. */
  private static final double LEAST_OF_SLOW = 0.5;

  /** A run that is to show what a second costs takes as long as this, and an idle machine. */
  private static final int LONG_SECONDS = 60;

  /** Of what is in use: more than noise, less than some ten thousand messages. */
  private static final long MOST_GROWTH = 24L << 20;

  /** Of what the system sees, which keeps what a collection has freed; a heap may have 128 MiB. */
  private static final long MOST_RESIDENT_GROWTH = 64L << 20;

  private static final String CHARGED =
      """
      SELECT count(*) FROM task t JOIN lane l ON l.lid = t.lid
      WHERE l.key = 'eu/n3' AND t.attempt > 0""";
  private static final String WAITING =
      "SELECT count(*) FROM task t JOIN lane l ON l.lid = t.lid WHERE l.key = 'eu/n3'";

  private final Map<String, ChildJvm> nodes = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private final Path directory;
  private final int seconds;
  private final int rate;
  private final long seed;

  private PeerAway(Path directory, int seconds, int rate, long seed) {
    this.directory = directory;
    this.seconds = seconds;
    this.rate = rate;
    this.seed = seed;
  }

  /** {@code make chaos CASE=peer-away ARGS="seconds rate seed"}. */
  public static List<String> run(int seconds, int rate, long seed) throws Exception {
    var directory = Files.createTempDirectory("peer-away");
    System.out.println("seed " + seed + ", in " + directory);
    try (var one = new PeerAway(directory, seconds, rate, seed)) {
      one.run();
      if (one.broken.isEmpty()) return List.of();
      one.broken.add("the stores are in " + directory);
      return one.broken;
    }
  }

  private void run() throws Exception {
    var first = start(SENDER);
    start(OTHER, first);
    start(AWAY, first);
    for (var peer : List.of(OTHER, AWAY)) ask(SENDER, "go " + peer + " " + rate);
    awaitGot(OTHER, 2L * rate, Duration.ofMinutes(1));
    awaitGot(AWAY, 2L * rate, Duration.ofMinutes(1));
    var before = rate(Math.clamp(seconds / 2, 5, 60));
    var memory = memory(SENDER);
    var farMemory = memory(AWAY);

    signal("STOP");
    var during = rate(seconds);
    var waiting = read(WAITING);
    if (read(CHARGED) != 0) broke(read(CHARGED) + " attempts were charged while it was away");
    flat("the sender while a peer was away", memory, memory(SENDER));
    signal("CONT");
    var began = System.nanoTime();
    var after = rate(Math.clamp(seconds / 2, 5, 60)); // while the other catches up
    ask(SENDER, "stop");
    var patience = Duration.ofMinutes(2).plusSeconds(4L * seconds);
    for (var peer : List.of(OTHER, AWAY)) {
      awaitGot(peer, number(ask(SENDER, "sent " + peer)), patience);
    }
    var took = (System.nanoTime() - began) / 1e9;
    flat("who was away, when it has caught up", farMemory, memory(AWAY));
    awaitNothingLeft(patience);
    if (read("SELECT count(*) FROM dead") != 0) broke("messages are dead");
    System.out.printf(
        "the other's rate: %.0f/s before, %.0f/s while, ratio %.3f, %.0f/s after;"
            + " %d waited, delivered at most %.0f s after it was back%n",
        before, during, during / before, after, waiting, took);
    if (waiting < seconds * during / 2) broke("only " + waiting + " messages waited");
    judge(before, during);
  }

  /** Of a machine that is too busy for the pace nothing follows about who is away. */
  private void judge(double before, double during) {
    var keepsPace = before >= LEAST_RATIO * rate;
    if (!keepsPace && seconds >= LONG_SECONDS) {
      broke("this machine is too busy to tell: with nobody away, " + before + "/s of " + rate);
      return;
    }
    var least = keepsPace ? LEAST_RATIO : LEAST_OF_SLOW;
    if (during < least * before) broke("the other's rate fell to " + during / before);
  }

  private String start(String name, String... seeds) throws IOException {
    var arguments = new ArrayList<>(List.of(directory.resolve(name).toString(), "" + seed));
    arguments.addAll(List.of(seeds));
    var child = ChildJvm.start("", PeerAwayNode.class, arguments.toArray(String[]::new));
    nodes.put(name, child);
    return heard(name, "open").substring("open ".length());
  }

  private String ask(String name, String what) throws IOException {
    nodes.get(name).tell(what);
    return heard(name, what.split(" ", -1)[0]);
  }

  /** The answer; what it says besides is what is wrong. */
  private String heard(String name, String answer) throws IOException {
    while (true) {
      var line = nodes.get(name).line().orElseThrow(() -> new IOException(name + " has ended"));
      if (line.startsWith(answer)) return line;
      broke(name + " " + line);
    }
  }

  private static long number(String answer) {
    return Long.parseLong(answer.split(" ", -1)[1]);
  }

  /** What the other one gets a second, over so many. */
  private double rate(int over) throws IOException, InterruptedException {
    var from = number(ask(OTHER, "got"));
    var began = System.nanoTime();
    pass(Duration.ofSeconds(over)); // what is measured is what happens meanwhile
    var got = number(ask(OTHER, "got")) - from;
    return got * 1e9 / (System.nanoTime() - began);
  }

  private void awaitGot(String name, long count, Duration most) throws Exception {
    var end = System.nanoTime() + most.toNanos();
    var got = number(ask(name, "got"));
    while (got < count && System.nanoTime() < end && broken.isEmpty()) {
      pass(Duration.ofMillis(200));
      got = number(ask(name, "got"));
    }
    if (got < count) broke(name + " got " + got + " of " + count + " within " + most);
  }

  /** Receipts follow what they are of. */
  private void awaitNothingLeft(Duration most) throws Exception {
    var end = System.nanoTime() + most.toNanos();
    while (read("SELECT count(*) FROM task") > 0 && System.nanoTime() < end) {
      pass(Duration.ofMillis(200));
    }
    var left = read("SELECT count(*) FROM task");
    if (left > 0) broke(left + " messages were not settled within " + most);
  }

  private static void pass(Duration time) throws InterruptedException {
    Thread.currentThread().join(time);
  }

  /** What a process has, in bytes: in use after a collection, and resident. */
  private record Memory(long heap, long resident) {}

  private Memory memory(String name) throws IOException {
    return new Memory(number(ask(name, "heap")), number(ask(name, "resident")));
  }

  private void flat(String what, Memory before, Memory after) {
    System.out.printf(
        "%s: heap %.1f MiB, then %.1f; resident %.1f MiB, then %.1f%n",
        what, mib(before.heap), mib(after.heap), mib(before.resident), mib(after.resident));
    if (after.heap - before.heap > MOST_GROWTH) broke("the heap grew: " + what);
    if (after.resident - before.resident > MOST_RESIDENT_GROWTH) broke("memory grew: " + what);
  }

  private static double mib(long bytes) {
    return bytes / 1048576.0;
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, "" + nodes.get(AWAY).pid()).start();
    if (kill.waitFor() != 0) throw new IOException("kill -" + name + " failed");
  }

  private long read(String sql) throws SQLException {
    var file = directory.resolve(SENDER).resolve("mesh.db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro");
        var statement = db.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  private void broke(String what) {
    if (broken.size() < 20) broken.add(what);
  }

  @Override
  public void close() throws IOException {
    for (var node : nodes.values()) node.close();
    if (!broken.isEmpty()) return; // it is what one has to look at
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
