package dev.meshkit.bench;

import dev.meshkit.api.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Two nodes that send each other messages: one in this process, one in another. */
final class FlipPair implements AutoCloseable {
  private static final NodeId HERE = NodeId.of("eu", "n1");
  private static final NodeId THERE = NodeId.of("eu", "n2");
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Path data;
  private final FlipSide here;
  private final Process child;
  private final PrintWriter to;
  private final BufferedReader from;
  private final FlipGate gate;
  private long sent; // of both

  /** Opens them and waits until their link is on the current version. */
  FlipPair(Path data) throws IOException {
    this.data = data;
    here = new FlipSide(data, HERE, THERE, List.of());
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FlipSide.class.getName(), data.toString()));
    command.addAll(List.of(THERE.toString(), HERE.toString(), here.endpoint().toString()));
    child = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    to = new PrintWriter(child.getOutputStream(), true, StandardCharsets.UTF_8);
    from = child.inputReader(StandardCharsets.UTF_8);
    if (!"open".equals(from.readLine())) throw new IOException("the other node does not open");
    gate =
        new FlipGate(HERE.region(), List.of(data.resolve(HERE.name()), data.resolve(THERE.name())));
    gate.awaitRoads(2);
  }

  FlipGate gate() {
    return gate;
  }

  /** What happens beside the messages of a turn. */
  @FunctionalInterface
  interface Meanwhile {
    void run() throws Exception;
  }

  /**
   * What a turn came to.
   *
   * @param rate messages a second, from the first that was sent until all were handled
   * @param silences of each lane in each slot, the longest; nanoseconds
   */
  record Came(double rate, List<Long> silences) {
    /** Copies the silences. */
    Came {
      silences = List.copyOf(silences);
    }
  }

  /** Both send as told while something is done; blocks until all is handled. */
  Came turn(FlipSide.Turn turn, Meanwhile meanwhile) throws Exception {
    var began = System.nanoTime();
    to.println(turn.text());
    try (var own = Executors.newVirtualThreadPerTaskExecutor()) {
      var sending =
          own.submit(
              () -> {
                here.send(turn);
                return true;
              });
      meanwhile.run();
      sending.get();
    }
    if (!"sent".equals(from.readLine())) throw new IOException("the other node does not send");
    sent += 2 * turn.messages();
    awaitAll();
    var rate = 2 * turn.messages() * 1e9 / (System.nanoTime() - began);
    var silences = new ArrayList<>(here.seen().silences());
    silences.addAll(there().silences());
    return new Came(rate, silences);
  }

  private void awaitAll() throws IOException {
    try {
      Awaitility.await("all messages")
          .atMost(LONG)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> wrong()[0] == 0);
    } catch (ConditionTimeoutException late) {
      throw new IllegalStateException(wrong()[0] + " messages have not come", late);
    }
  }

  private FlipLanes.Seen there() throws IOException {
    to.println();
    return FlipLanes.Seen.parse(String.valueOf(from.readLine()));
  }

  /** What both have seen so far that should not be: lost, doubled, out of order. */
  long[] wrong() throws IOException {
    var all = List.of(here.seen(), there());
    return new long[] {
      sent - all.stream().mapToLong(FlipLanes.Seen::messages).sum(),
      all.stream().mapToLong(FlipLanes.Seen::doubled).sum(),
      all.stream().mapToLong(FlipLanes.Seen::disordered).sum()
    };
  }

  @Override
  public void close() throws IOException, InterruptedException {
    gate.close();
    to.close(); // its last line: it stops
    if (!child.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)) child.destroyForcibly().waitFor();
    here.close();
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
