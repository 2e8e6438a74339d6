package dev.meshkit.cli;

import dev.meshkit.api.Mesh;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.StatusRequest;
import dev.meshkit.observe.BuildInfo;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What an agent says once it is ready, and what can be done next. */
final class Banner {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_LEADERSHIP = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Console console;
  private final MeshConfig config;
  private final boolean dev;

  /** A banner for a node of {@code config}; {@code dev} ones are joined from the same host. */
  Banner(Console console, MeshConfig config, boolean dev) {
    this.console = console;
    this.config = config;
    this.dev = dev;
  }

  /** Prints it; a node that may lead alone is given a moment to. */
  void show(Mesh mesh, boolean isNew, Duration took) throws InterruptedException {
    if (votesAlone()) awaitLeads(mesh);
    var status = status();
    var out = console.out();
    out.println(
        "MeshKit "
            + BuildInfo.current().version()
            + "   node "
            + config.node().name()
            + "   region "
            + config.node().region()
            + "   cluster "
            + status.getCluster()
            + "   data "
            + config.data().dir()
            + (isNew ? " (new)" : "")
            + "   ready in "
            + Text.of(took));
    out.println(
        "  mesh "
            + mesh.endpoint()
            + " "
            + protocols()
            + "   http "
            + http(status)
            + "   leads "
            + leads(mesh));
    new NextSteps(console, config, dev).lines(mesh.endpoint()).forEach(out::println);
    out.flush();
  }

  private String protocols() {
    return switch (config.listen().transport()) {
      case AUTO -> "udp+tcp";
      case H3 -> "udp";
      case H2 -> "tcp";
    };
  }

  private boolean votesAlone() {
    var self = List.of(config.node().id());
    var election = config.election();
    if (election.vote().birth() == ElectionBirth.FOUND) return config.discovery().seeds().isEmpty();
    return election.region().voters().equals(self) && election.global().voters().equals(self);
  }

  private static void awaitLeads(Mesh mesh) throws InterruptedException {
    for (var i = 0L; i < FOR_LEADERSHIP.dividedBy(PAUSE); i++) {
      if (led(mesh).size() >= 2) return;
      Thread.sleep(PAUSE);
    }
  }

  private static List<ScopeLeader> led(Mesh mesh) {
    return mesh.leaders().stream().filter(l -> l.leader().equals(mesh.self())).toList();
  }

  private static String leads(Mesh mesh) {
    var led = led(mesh).stream().map(Banner::text).collect(Collectors.joining(", "));
    return led.isEmpty() ? "nothing yet" : led;
  }

  private static String text(ScopeLeader led) {
    var term = led.fence().map(fence -> " (term " + fence.term() + ")").orElse("");
    return led.scope() + term;
  }

  private NodeStatus status() {
    var socket = SocketPath.of(config.data().dir(), console.environment());
    try (var self = AdminClient.of(socket)) {
      var ask = StatusRequest.getDefaultInstance();
      return self.ask("asking myself", PATIENCE, n -> n.status(ask))
          .or(NodeStatus.getDefaultInstance());
    }
  }

  private static String http(NodeStatus status) {
    var at = status.getListeners().getHttp();
    return at.isEmpty() ? "off" : at + "metrics";
  }
}
