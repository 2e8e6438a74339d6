package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.link.Crossing;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** T26, T27, T28: what becomes of a road is among the events that whole nodes keep, and shown. */
@Timeout(240)
class LinkEventsTest {
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Set<String> PROMOTED =
      Set.of("link.promoted us/n2 ", "link.promoted eu/n1 ");
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path directory;

  private final List<Mesh> nodes = new ArrayList<>();
  private final List<AgentView> views = new ArrayList<>();

  @AfterEach
  void close() {
    views.forEach(AgentView::close);
    nodes.reversed().forEach(Mesh::close);
  }

  @Test
  void aDowngradeItsEndAndABlockedPeerAreAmongTheEvents() throws Exception {
    var first = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    var second = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    try (var toFirst = new Crossing(first);
        var toSecond = new Crossing(second)) {
      // given two nodes which UDP does not reach
      toFirst.cutUdp();
      toSecond.cutUdp();
      var n1 = open(NodeId.of("eu", "n1"), first, toFirst.at());
      var n2 = open(N2, second, toSecond.at(), toFirst.at());
      // then they meet on HTTP/2, as an operator should know
      await().atMost(LONG).until(() -> events(n1).contains("link.downgraded us/n2 MK-NET-003"));
      // and when UDP passes, they are back: first of all with whom the streams are
      toFirst.mend();
      toSecond.mend();
      await().atMost(LONG).until(() -> events(n1, n2).anyMatch(PROMOTED::contains));
      var shown = run("n1", "events", "--type", "link.*") + run("n2", "events");
      assertTrue(shown.contains("us/n2 is reached over HTTP/2: UDP got no answer"), shown);
      assertTrue(shown.contains(" is reached over HTTP/3 again"), shown);
      var members = run("n1", "members", "-o", "json");
      assertTrue(members.contains("\"to\": \"H2\""), members);
      // and neither took the other for unreachable
      assertTrue(n1.members().containsKey("n2") && n2.members().containsKey("n1"));
      assertTrue(events(n1, n2).noneMatch(text -> text.startsWith("member.refused")));
      // and when another is where one was, he is not taken for him
      nodes.removeLast().close();
      open(NodeId.of("us", "n3"), second, toSecond.at(), toFirst.at());
      nodes.getFirst().send(N2, "orders", Bytes.utf8("42")).orThrow();
      await().atMost(LONG).until(() -> events(n1).contains("link.blocked us/n2 MK-TLS-007"));
      var blocked = run("n1", "members");
      assertTrue(blocked.contains(" BLOCKED MK-TLS-007 "), blocked);
    }
    var shown = run("n1", "events", "--type", "link.*");
    assertTrue(shown.contains("us/n2 is not dialled for a while: an identity was refused"), shown);
  }

  private static List<String> events(AgentView view) {
    return view.events(0).stream().map(LinkEventsTest::text).toList();
  }

  private static Stream<String> events(AgentView one, AgentView other) {
    return Stream.of(one, other).flatMap(view -> events(view).stream());
  }

  private static String text(EventItem event) {
    return event.getType() + " " + event.getSubject() + " " + event.getCode();
  }

  private AgentView open(NodeId id, Endpoint at, Endpoint advertised, Endpoint... seeds)
      throws IOException {
    var data = directory.resolve("data").resolve(id.name());
    var config =
        MeshConfig.of(id.region(), id.name(), data)
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(at).withAdvertise(advertised))
            .withHttp(HttpConfig.off());
    nodes.add(MeshKit.builder(MeshKit.dev(config).orThrow()).open());
    views.add(new AgentView(id, data));
    return views.getLast();
  }

  private String run(String of, String... args) {
    var line = new ArrayList<>(List.of(args));
    line.addAll(List.of("--data", "data/" + of, "--timeout", "60s"));
    var ran = Shell.in(directory).run(line.toArray(String[]::new));
    assertEquals(0, ran.exit(), ran.err());
    return ran.out();
  }
}
