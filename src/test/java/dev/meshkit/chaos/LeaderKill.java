package dev.meshkit.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.meshkit.process.Agent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Five processes; the leader of region/eu dies by SIGKILL while messages flow. Runs the demo
 * without a terminal, and does not take its word for the processes: every one that it started is
 * watched.
 */
final class LeaderKill implements Chaos.Case {
  private static final List<String> MUST_BE_ZERO =
      List.of("lost", "duplicated", "dualLeaders", "processesLeft");

  private final Set<ProcessHandle> started = ConcurrentHashMap.newKeySet();

  @Override
  public List<String> run(List<String> args) throws Exception {
    var demo =
        new ProcessBuilder(Agent.PROGRAM.toString(), "demo", "--script")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var watcher = Thread.ofVirtual().start(() -> watch(demo));
    var last = show(demo);
    var exit = demo.waitFor();
    watcher.join();
    var broken = new ArrayList<>(judge(last));
    if (exit != 0) broken.add("the demo exited " + exit);
    if (started.size() < 5) broken.add("saw only " + started.size() + " processes");
    started.stream()
        .filter(ProcessHandle::isAlive)
        .forEach(left -> broken.add("process " + left.pid() + " is still there"));
    return broken;
  }

  /** What the last line of the demo says against the rules. */
  static List<String> judge(String lastLine) {
    var broken = new ArrayList<String>();
    JsonObject summary;
    try {
      summary = JsonParser.parseString(lastLine).getAsJsonObject();
    } catch (RuntimeException noJson) {
      broken.add("the last line is no summary: " + lastLine);
      return broken;
    }
    if (!summary.has("ok") || !summary.get("ok").getAsBoolean()) broken.add("ok is not true");
    for (var count : MUST_BE_ZERO) {
      if (!summary.has(count)) broken.add(count + " is missing");
      else if (summary.get(count).getAsLong() != 0) broken.add(count + " is " + summary.get(count));
    }
    if (!summary.has("leaderGapMs") || summary.get("leaderGapMs").getAsLong() <= 0)
      broken.add("no leaderless gap was measured, so no leader was killed");
    return broken;
  }

  private static String show(Process demo) throws IOException {
    var last = "";
    try (var out = demo.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        System.out.println(line);
        if (!line.isBlank()) last = line;
      }
    }
    return last;
  }

  private void watch(Process demo) {
    try {
      do {
        demo.toHandle().descendants().forEach(started::add);
      } while (!demo.waitFor(200, TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
