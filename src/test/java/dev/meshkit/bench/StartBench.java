package dev.meshkit.bench;

import dev.meshkit.process.Agent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * B1, its first half: from the start of {@code agent --dev} to {@code /readyz} 200, beside a bare
 * JVM that opens the same things and does nothing. The median of five, taken in turns.
 */
final class StartBench implements Bench.Measured {
  private static final int ROUNDS = 5;
  private static final Duration BUDGET = Duration.ofSeconds(3);

  @Override
  public Map<String, Object> run() throws Exception {
    var bare = new ArrayList<Long>();
    var node = new ArrayList<Long>();
    for (var round = 0; round < ROUNDS; round++) {
      bare.add(bare().toMillis());
      node.add(node().toMillis());
    }
    var ratio = (double) median(node) / median(bare);
    return Map.of(
        "nodeReadyMs",
        node,
        "bareReadyMs",
        bare,
        "medianNodeMs",
        median(node),
        "medianBareMs",
        median(bare),
        "ratio",
        Math.round(ratio * 100) / 100.0,
        "budgetMs",
        BUDGET.toMillis(),
        "withinBudget",
        median(node) <= BUDGET.toMillis());
  }

  private static Duration node() throws Exception {
    var data = Files.createTempDirectory("bench-start");
    try (var agent = Agent.start(data.resolve("n9"), "eu/n9")) {
      return agent.awaitReady();
    }
  }

  private static Duration bare() throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(java().toString()));
    command.addAll(options());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), BareStart.class.getName()));
    var started = System.nanoTime();
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      if (!"ready".equals(out.readLine())) throw new IOException("the bare program did not start");
      return Duration.ofNanos(System.nanoTime() - started);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The flags of the agent, so that only the program differs. */
  private static List<String> options() throws IOException {
    var options = new ArrayList<String>();
    var section = "[all]";
    for (var line : Files.readAllLines(Path.of("packaging/jvm.options"))) {
      if (line.startsWith("[")) section = line;
      else if (line.startsWith("-") && !section.equals("[client]")) options.add(line);
    }
    return options;
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
