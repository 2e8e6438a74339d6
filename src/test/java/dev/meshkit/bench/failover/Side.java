package dev.meshkit.bench.failover;

import dev.meshkit.process.Jvm;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What runs three times: how one of it is started, and what it says.
 *
 * @param name in the result
 * @param rest how long one that was started again and follows may still take to be a whole voter
 * @param opens what a line says of one that has opened its files
 * @param leads what a line says of one that leads from now on
 * @param follows what a line says of one that knows its leader
 */
record Side(String name, Duration rest, String opens, String leads, String follows) {
  private static final Path ETCD = Path.of("/usr/bin/etcd");

  /**
   * Voters of a profile, or of {@code region} that hand over: {@code transfer}. A voter that was
   * started again promises nothing for the largest promise.
   */
  static Side ours(String profile) {
    var largest = profile.equals("fast") ? Duration.ofSeconds(1) : Duration.ofSeconds(2);
    return new Side(profile, largest.plusMillis(500), "is open", "leads ", "follows eu");
  }

  /** etcd, {@code etcd_default} or {@code etcd_tuned}. */
  static Side etcd(String name) {
    return new Side(
        name,
        Duration.ofSeconds(1),
        "starting an etcd server",
        "became leader at term",
        "elected leader");
  }

  /** Whether Debian's package etcd-server is here. */
  static boolean hasEtcd() {
    return ETCD.toFile().canExecute();
  }

  /** Whether the leader is asked to stop, and hands over; else it is killed. */
  boolean handsOver() {
    return name.equals("transfer");
  }

  private String profile() {
    return handsOver() ? "region" : name;
  }

  private boolean isEtcd() {
    return name.startsWith("etcd");
  }

  /** Ports for three, two each for etcd. */
  List<Integer> ports() throws IOException {
    var ports = new ArrayList<Integer>();
    while (ports.size() < 6) {
      var port = FreePort.of("127.0.0.1");
      if (!ports.contains(port)) ports.add(port);
    }
    return List.copyOf(ports);
  }

  /** The command of member {@code i}, 0 to 2. */
  List<String> command(Path directory, List<Integer> ports, int i) {
    return isEtcd() ? etcd(directory, ports, i) : node(directory, ports, i);
  }

  private List<String> node(Path directory, List<Integer> ports, int i) {
    var command = new ArrayList<>(Jvm.command("-Xmx128m"));
    command.add(FailoverNode.class.getName());
    command.addAll(
        List.of(directory.toString(), Integer.toString(i + 1), profile().toUpperCase(Locale.ROOT)));
    for (var one = 0; one < 3; one++) command.add("127.0.0.1:" + ports.get(one));
    return command;
  }

  private List<String> etcd(Path directory, List<Integer> ports, int i) {
    var clients = "http://127.0.0.1:" + ports.get(3 + i);
    var cluster =
        IntStream.range(0, 3)
            .mapToObj(one -> "n" + one + "=" + peer(ports, one))
            .collect(Collectors.joining(","));
    var tuned = List.of("--heartbeat-interval=50", "--election-timeout=250");
    return Stream.of(
            List.of(ETCD.toString(), "--name=n" + i, "--data-dir=" + directory.resolve("n" + i)),
            List.of("--listen-peer-urls=" + peer(ports, i)),
            List.of("--initial-advertise-peer-urls=" + peer(ports, i)),
            List.of("--listen-client-urls=" + clients, "--advertise-client-urls=" + clients),
            List.of("--initial-cluster=" + cluster, "--logger=zap", "--log-outputs=stdout"),
            name.equals("etcd_tuned") ? tuned : List.<String>of())
        .flatMap(List::stream)
        .toList();
  }

  private static String peer(List<Integer> ports, int i) {
    return "http://127.0.0.1:" + ports.get(i);
  }
}
