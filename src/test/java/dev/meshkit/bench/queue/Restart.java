package dev.meshkit.bench.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A process that holds 1,024 of a million tasks is killed -9; how long until one that is started
 * then has leased one of them again.
 */
final class Restart {
  private static final int ROWS = 1_000_000;
  private static final int HELD = 1_024;
  private static final int LANES = 16; // as many as 1,024 take, 64 a lane
  private static final int ROUNDS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** As if nobody had died: else they would be poison after the third time. */
  private static final String FORGIVE =
      "UPDATE task SET crash = 0, attempt = 0, errors = NULL WHERE crash > 0";

  private Restart() {}

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var directory = Files.createDirectories(home.resolve("restart"));
    Fill.rows(directory, ROWS, LANES);
    var firstMs = new double[ROUNDS];
    for (var round = 0; round < ROUNDS; round++) {
      kill(directory);
      firstMs[round] = again(directory);
      System.out.printf("restart: first lease again after %.0f ms%n", firstMs[round]);
      forgive(directory);
    }
    Spread.of(firstMs).put(numbers, "restart_first_lease_ms");
  }

  private static void kill(Path directory) throws IOException, InterruptedException {
    var holder = Part.startAsShipped(Restart.class, directory.toString(), "hold");
    try (var said = holder.inputReader()) {
      expect("held", said.readLine());
    } finally {
      holder.destroyForcibly().waitFor(); // SIGKILL
    }
  }

  /** From the start of the process, its JVM and all that it loads included. */
  private static double again(Path directory) throws IOException, InterruptedException {
    var begun = System.nanoTime();
    var next = Part.startAsShipped(Restart.class, directory.toString(), "lease");
    try (var said = next.inputReader()) {
      expect("attempt 2 crashes 1", said.readLine());
      var tookMs = (System.nanoTime() - begun) / 1e6;
      expect("closed", said.readLine());
      if (next.waitFor() != 0) throw new IllegalStateException("it did not end well");
      return tookMs;
    } finally {
      next.destroyForcibly();
    }
  }

  private static void expect(String line, String said) {
    if (!line.equals(said)) throw new IllegalStateException("wanted: " + line + ", said: " + said);
  }

  private static void forgive(Path directory) throws SQLException {
    try (var db = Fill.connect(directory);
        var statement = db.createStatement()) {
      var forgiven = statement.executeUpdate(FORGIVE);
      if (forgiven != HELD) throw new IllegalStateException("taken back: " + forgiven);
    }
  }

  /** Holds as many tasks as it shall until it is killed, or leases one and ends. */
  public static void main(String... args) throws InterruptedException {
    var holds = args[1].equals("hold");
    try (var ours = new OurQueue(Path.of(args[0]), true)) {
      var left = holds ? HELD : 1;
      var last = ours.queue().lease(left, PATIENCE).orThrow();
      for (left -= last.size(); left > 0; left -= last.size()) {
        last = ours.queue().lease(left, PATIENCE).orThrow();
      }
      var lease = last.getLast();
      System.out.println(
          holds ? "held" : "attempt " + lease.attempt() + " crashes " + lease.crashes());
      if (holds) new CountDownLatch(1).await();
    }
    System.out.println("closed");
  }
}
