package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import dev.meshkit.process.Agent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three agents that join as anybody does, until each votes in {@code region/eu} and in {@code
 * global}; then three etcd servers, where Debian's package is installed. Of each side: the worst
 * share of a core, the bytes on the wire with their headers, a third for each, and syncs a second,
 * as strace saw them of the node that commits most. Of the agents also what the JIT compilers had
 * of it: in the first hour methods that are called three times a second are still compiled.
 */
final class VotersIdleRun {
  private static final List<String> NAMES = List.of("n1", "n2", "n3");
  private static final Path ETCD = Path.of("/usr/bin/etcd");
  private static final Path STRACE = Path.of("/usr/bin/strace");

  private final Map<String, Object> result = new TreeMap<>();
  private final Duration settle;
  private final Duration watch;

  private VotersIdleRun(List<String> args) {
    this.settle = Duration.ofSeconds(args.isEmpty() ? 1_200 : Long.parseLong(args.get(0)));
    this.watch = Duration.ofSeconds(args.size() < 2 ? 60 : Long.parseLong(args.get(1)));
  }

  /** The file for the numbers, {@link Apart#INSIDE}, and what the benchmark was given. */
  public static void main(String... args) throws Exception {
    run("ip", "link", "set", "lo", "up");
    var run = new VotersIdleRun(List.of(args).subList(2, args.length));
    run.agents();
    if (Files.isExecutable(ETCD)) run.etcd();
    else System.out.println("etcd is left out: Debian's package etcd-server is not installed");
    Files.writeString(Path.of(args[0]), new Gson().toJson(run.result));
  }

  private void agents() throws Exception {
    var data = Files.createTempDirectory("bench-idle-voters");
    var agents = new ArrayList<Agent>();
    try {
      for (var name : NAMES) {
        var more = new ArrayList<String>();
        if (!agents.isEmpty()) more.addAll(List.of("--join", agents.getFirst().mesh()));
        var agent = Agent.start(data.resolve(name), "eu/" + name, more.toArray(String[]::new));
        agents.add(agent);
        agent.awaitReady();
      }
      pause(settle);
      assertElectorates(data.resolve(NAMES.getFirst()));
      var election = commits(data, "election.db");
      var mesh = commits(data, "mesh.db");
      var pids = agents.stream().map(agent -> agent.handle().pid()).toList();
      var compiling = pids.stream().map(VotersIdleRun::compilers).toList();
      watch("", agents.stream().map(Agent::handle).toList());
      var compiled = new ArrayList<Double>();
      for (var i = 0; i < pids.size(); i++)
        compiled.add(percent(compilers(pids.get(i)).minus(compiling.get(i))));
      result.put("cpuPercentsOfCompilers", compiled.toString());
      var committed = commits(data, "election.db");
      result.put("electionSyncsASecond", worst(election, committed));
      result.put("meshSyncsASecond", worst(mesh, commits(data, "mesh.db")));
      var most = 0;
      for (var i = 1; i < pids.size(); i++)
        if (committed.get(i) - election.get(i) > committed.get(most) - election.get(most)) most = i;
      trace("", pids.get(most));
      result.put("settledSeconds", settle.toSeconds());
      result.put("watchedSeconds", watch.toSeconds());
    } finally {
      for (var agent : agents) agent.close();
    }
  }

  /** A mesh that has not made voters of all three yet is no mesh of three voters. */
  private static void assertElectorates(Path data) throws IOException, InterruptedException {
    var command = List.of(Agent.PROGRAM.toString(), "leaders", "-o", "json", "--data", "" + data);
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
    for (var item : JsonParser.parseString(said).getAsJsonObject().getAsJsonArray("items")) {
      var voters = item.getAsJsonObject().getAsJsonArray("voters");
      if (voters == null || voters.size() != NAMES.size())
        throw new IllegalStateException("settle longer: want three voters, not " + item);
    }
  }

  /** Processor time that a node's JIT compilers have had so far. */
  private static Duration compilers(long pid) {
    try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      var nanos = 0L;
      for (var thread : threads.toList())
        if (Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s"))
          nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
      return Duration.ofNanos(nanos);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private double percent(Duration used) {
    return Math.round(10_000.0 * used.toMillis() / watch.toMillis()) / 100.0;
  }

  private void etcd() throws Exception {
    var data = Files.createTempDirectory("bench-idle-etcd");
    var servers = new ArrayList<Process>();
    try {
      for (var i = 0; i < 3; i++) {
        var builder = new ProcessBuilder(etcd(data, i)).redirectErrorStream(true);
        servers.add(builder.redirectOutput(data.resolve("log" + i).toFile()).start());
      }
      pause(Duration.ofSeconds(20)); // it has nothing to compile
      watch("etcd_", servers.stream().map(Process::toHandle).toList());
      trace("etcd_", servers.getFirst().pid());
    } finally {
      for (var server : servers) server.destroyForcibly().waitFor();
    }
  }

  private static List<String> etcd(Path data, int i) {
    var clients = "http://127.0.0.1:" + (2400 + i);
    var cluster =
        IntStream.range(0, 3)
            .mapToObj(o -> "n" + o + "=" + peer(o))
            .collect(Collectors.joining(","));
    return Stream.of(
            ETCD.toString(),
            "--name=n" + i,
            "--data-dir=" + data.resolve("n" + i),
            "--listen-peer-urls=" + peer(i),
            "--initial-advertise-peer-urls=" + peer(i),
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--initial-cluster=" + cluster)
        .toList();
  }

  private static String peer(int i) {
    return "http://127.0.0.1:" + (2380 + i);
  }

  private void watch(String side, List<ProcessHandle> nodes) throws Exception {
    var cpu = nodes.stream().map(VotersIdleRun::cpu).toList();
    var bytes = loopback();
    pause(watch);
    var sent = (loopback() - bytes) / (double) watch.toSeconds() / nodes.size();
    var percents = new ArrayList<Double>();
    for (var i = 0; i < nodes.size(); i++) {
      percents.add(percent(cpu(nodes.get(i)).minus(cpu.get(i))));
    }
    result.put(side + "cpuPercentOfACore", Collections.max(percents));
    result.put(side + "cpuPercents", percents.toString());
    result.put(side + "bytesASecondANode", Math.round(sent));
  }

  private static Duration cpu(ProcessHandle node) {
    return node.info().totalCpuDuration().orElseThrow();
  }

  /** Syncs that strace counts of one process for some seconds; left out where there is none. */
  private void trace(String side, long pid) throws Exception {
    if (Files.isExecutable(STRACE)) result.put(side + "syncsASecondTraced", traced(pid));
    else System.out.println("syncs are counted by the nodes only: strace is not installed");
  }

  private static double traced(long pid) throws Exception {
    var seconds = 20;
    var log = Files.createTempFile("bench-idle", ".strace");
    var command =
        List.of("strace", "-f", "-q", "-e", "trace=fsync,fdatasync", "-o", log.toString(), "-p");
    var builder = new ProcessBuilder(Stream.concat(command.stream(), Stream.of("" + pid)).toList());
    var tracer =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    pause(Duration.ofSeconds(seconds));
    tracer.destroy();
    if (!tracer.waitFor(10, TimeUnit.SECONDS)) tracer.destroyForcibly().waitFor();
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.matches(".* f(data)?sync\\(.*")).count() / (double) seconds;
    }
  }

  private double worst(List<Long> before, List<Long> after) {
    var seconds = (double) watch.toSeconds(); // strace, which slows a node down, comes after it
    var worst = 0L;
    for (var i = 0; i < before.size(); i++) worst = Math.max(worst, after.get(i) - before.get(i));
    return Math.round(100 * worst / seconds) / 100.0;
  }

  /**
   * Commits to a database that changed it, each of which is one sync: one that changes nothing
   * syncs nothing, though it counts as a commit.
   */
  private static List<Long> commits(Path data, String file) throws SQLException {
    var all = new ArrayList<Long>();
    for (var name : NAMES) {
      var database = data.resolve(name).resolve(file);
      try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT batch FROM progress")) {
        if (!rows.next()) throw new SQLException("no progress in " + database);
        all.add(rows.getLong(1));
      }
    }
    return all;
  }

  /** Bytes that the loopback of this namespace has sent. */
  private static long loopback() throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/net/dev")))
      if (line.strip().startsWith("lo:")) return Long.parseLong(line.strip().split("\\s+")[9]);
    throw new IOException("no lo in /proc/net/dev");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0)
      throw new IOException(String.join(" ", command) + " failed");
  }

  /** A benchmark measures a span of time, so here waiting is the work. */
  private static void pause(Duration span) {
    var end = System.nanoTime() + span.toNanos();
    for (var left = span.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
