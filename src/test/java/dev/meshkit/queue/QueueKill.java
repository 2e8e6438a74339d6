package dev.meshkit.queue;

import dev.meshkit.store.ChildJvm;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A process under load, killed -9 again and again at seeded instants; then one that works off what
 * is left. {@link KillLoad} is the process, {@link KillOracle} the judge.
 */
public final class QueueKill {
  private final KillOracle oracle = new KillOracle();
  private final Path home;
  private final Path copy;
  private final long seed;
  private final BufferedWriter said; // line by line, for whoever must find out why

  private QueueKill(Path directory, long seed) throws IOException {
    this.home = Files.createDirectories(directory.resolve("home"));
    this.copy = Files.createDirectories(directory.resolve("copy"));
    this.seed = seed;
    this.said = Files.newBufferedWriter(directory.resolve("said.txt"));
  }

  /** {@code make chaos CASE=queue-kill ARGS="kills seed"}. */
  public static List<String> run(int kills, long seed) throws Exception {
    var directory = Files.createTempDirectory("queue-kill");
    var one = new QueueKill(directory, seed);
    var broken = one.killAll(kills);
    System.out.println("seed " + seed + ", " + kills + " kills: " + one.counts());
    if (broken.isEmpty()) remove(directory); // else it is what one has to look at
    return broken;
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  /** What was broken, with how to see it again; nothing if it held. */
  static List<String> run(Path directory, int kills, long seed) throws Exception {
    return new QueueKill(directory, seed).killAll(kills);
  }

  private Map<String, Integer> counts() {
    return oracle.counts();
  }

  private List<String> killAll(int kills) throws Exception {
    var random = new SplittableRandom(seed);
    for (var kill = 1; kill <= kills && oracle.broken().isEmpty(); kill++) {
      // an instant: after so many lines; some while it opens what the last one left
      kill(kill, random.nextInt(6) == 0 ? random.nextInt(1, 10) : random.nextInt(10, 400));
    }
    if (oracle.broken().isEmpty()) drain(kills + 1);
    said.close();
    var broken = new ArrayList<>(oracle.broken());
    if (!broken.isEmpty()) {
      broken.add("again: make chaos CASE=queue-kill ARGS=\"%d %d\"".formatted(kills, seed));
      broken.add("the store, and all that was said, are in " + home.getParent());
    }
    return broken;
  }

  private void kill(int round, int lines) throws Exception {
    try (var child = start(round)) {
      for (var left = lines; left > 0; left--) {
        hear(child.line().orElseThrow(() -> new AssertionError("it ended by itself")));
      }
      child.kill();
      for (var rest = child.line(); rest.isPresent(); rest = child.line()) hear(rest.get());
      child.await();
    }
    oracle.look(left());
  }

  private void drain(int round) throws Exception {
    try (var child = start(round, "drain")) {
      for (var said = child.line(); said.isPresent(); said = child.line()) hear(said.get());
      child.await();
    }
    oracle.end(left());
  }

  private ChildJvm start(int round, String... more) throws IOException {
    var arguments = new ArrayList<>(List.of(home.toString(), round + "", (seed + round) + ""));
    arguments.addAll(List.of(more));
    return ChildJvm.start("", KillLoad.class, arguments.toArray(String[]::new));
  }

  private void hear(String line) throws IOException {
    said.write(line);
    said.newLine();
    oracle.hear(line);
  }

  private KillSnapshot left() throws IOException, SQLException {
    return KillSnapshot.of(home, copy);
  }
}
