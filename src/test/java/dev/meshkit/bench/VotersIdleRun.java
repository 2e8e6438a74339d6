package dev.meshkit.bench;

import com.google.gson.Gson;
import dev.meshkit.process.Agent;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three agents, each a voter of {@code region/eu} and of {@code global}; then three etcd servers,
 * where Debian's package is installed. Of each side: the worst share of a core, the bytes on the
 * wire with their headers, a third for each, and syncs a second, those of etcd as strace saw them.
 */
final class VotersIdleRun {
  private static final String VOTERS = "eu/n1,eu/n2,eu/n3";
  private static final Path ETCD = Path.of("/usr/bin/etcd");
  private static final Path STRACE = Path.of("/usr/bin/strace");
  private static final Pattern COMMITS =
      Pattern.compile(
          "^meshkit_store_commit_seconds_count\\{file=\"([a-z.]+)\"\\} (\\S+)$", Pattern.MULTILINE);

  private final Map<String, Object> result = new TreeMap<>();
  private final Duration settle;
  private final Duration watch;

  private VotersIdleRun(List<String> args) {
    this.settle = Duration.ofSeconds(args.isEmpty() ? 300 : Long.parseLong(args.get(0)));
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
      for (var name : List.of("n1", "n2", "n3")) {
        var more = new ArrayList<>(List.of("--region-voters", VOTERS, "--global-voters", VOTERS));
        if (!agents.isEmpty()) more.addAll(List.of("--join", agents.getFirst().mesh()));
        var agent = Agent.start(data.resolve(name), "eu/" + name, more.toArray(String[]::new));
        agents.add(agent);
        agent.awaitReady();
      }
      pause(settle);
      var before = commits(agents);
      watch("", agents.stream().map(Agent::handle).toList());
      var after = commits(agents);
      trace("", agents.getFirst().handle().pid());
      result.put("electionSyncsASecond", worst(before, after, "election.db"));
      result.put("meshSyncsASecond", worst(before, after, "mesh.db"));
      result.put("settledSeconds", settle.toSeconds());
      result.put("watchedSeconds", watch.toSeconds());
    } finally {
      for (var agent : agents) agent.close();
    }
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
      var used = cpu(nodes.get(i)).minus(cpu.get(i));
      percents.add(Math.round(10_000.0 * used.toMillis() / watch.toMillis()) / 100.0);
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

  private double worst(
      List<Map<String, Double>> before, List<Map<String, Double>> after, String file) {
    var seconds = (double) watch.toSeconds(); // strace, which slows a node down, comes after it
    var worst = 0.0;
    for (var i = 0; i < before.size(); i++)
      worst =
          Math.max(
              worst, after.get(i).getOrDefault(file, 0.0) - before.get(i).getOrDefault(file, 0.0));
    return Math.round(100 * worst / seconds) / 100.0;
  }

  private static List<Map<String, Double>> commits(List<Agent> agents) throws IOException {
    var all = new ArrayList<Map<String, Double>>();
    for (var agent : agents) all.add(commits(agent));
    return all;
  }

  private static Map<String, Double> commits(Agent agent) throws IOException {
    var page = agent.page();
    try (var socket = new Socket(page.getHost(), page.getPort())) {
      var ask = "GET /metrics HTTP/1.0\r\nHost: " + page.getAuthority() + "\r\n\r\n";
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var commits = new TreeMap<String, Double>();
      COMMITS
          .matcher(text)
          .results()
          .forEach(found -> commits.put(found.group(1), Double.valueOf(found.group(2))));
      if (commits.isEmpty()) throw new IOException("no commits are counted:\n" + text);
      return commits;
    }
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
