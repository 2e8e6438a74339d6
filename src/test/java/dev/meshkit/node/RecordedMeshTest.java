package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.Recordings;
import dev.meshkit.control.proto.RecordedItem;
import dev.meshkit.observe.LeaderChangeEvent;
import dev.meshkit.sim.TraceCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issue 2, item 7: what two real nodes did can be read in a recording with the profile we ship. */
@Timeout(120)
class RecordedMeshTest {
  private static final NodeId N2 = NodeId.of("us", "n2");

  @TempDir Path directory;

  private final List<String> got = new CopyOnWriteArrayList<>();

  @Test
  void aJoinALeaderAMessageAndALeavingAreRecorded() throws Exception {
    var file = directory.resolve("mesh.jfr");
    var committed = new CopyOnWriteArrayList<String>();
    try (var recording = new Recording(Configuration.create(Path.of("jfr-profiles/meshkit.jfc")));
        var commits = new RecordingStream()) {
      commits.enable("meshkit.RecordCommit");
      commits.onEvent("meshkit.RecordCommit", event -> committed.add(event.getString("scope")));
      commits.startAsync();
      recording.enable("meshkit.QueueSettle").with("acks", "true"); // too many for the profile
      recording.start();
      try (var n1 = open("eu", "n1")) {
        try (var n2 = open("us", "n2", n1.members().getFirst().at())) {
          await().until(() -> n1.members().stream().anyMatch(m -> m.node().equals(N2)));
          n1.send(N2, "orders", Bytes.utf8("42")).orThrow();
          await().until(() -> got.equals(List.of("42")));
          var us = n2.leadership(Scope.region("us")); // founded through who leads the whole
          await().atMost(Duration.ofSeconds(60)).until(() -> us.authority().isPresent());
          await().until(() -> committed.contains("region/us"));
          assertEquals(N2, n2.self());
        }
        await().until(() -> n1.members().stream().anyMatch(RecordedMeshTest::hasLeft));
      }
      recording.stop();
      recording.dump(file);
    }
    var events = RecordingFile.readAllEvents(file);
    assertTrue(is(events, "LeaderChange", "to", "eu/n1", "scope", "global"), () -> said(events));
    assertTrue(is(events, "LeaderChange", "to", "us/n2", "scope", "region/us"), () -> said(events));
    assertTrue(is(events, "TermChange", "node", "eu/n1", "scope", "global", "cause", "CAMPAIGN"));
    assertTrue(is(events, "MemberTransition", "node", "us/n2", "to", "ALIVE"), () -> said(events));
    assertTrue(is(events, "MemberTransition", "node", "us/n2", "to", "LEFT"), () -> said(events));
    assertTrue(is(events, "RpcCall", "side", "CLIENT", "road", "H3"), () -> said(events));
    assertTrue(is(events, "RpcCall", "side", "SERVER", "road", "H3"), () -> said(events));
    assertTrue(is(events, "QueueSettle", "outcome", "ACK"), () -> said(events));
    judged(events);
    reported(file);
  }

  /** V33: the history of a good run is accepted; with a second leader of one term it is not. */
  private void judged(List<RecordedEvent> events) throws Exception {
    assertEquals(List.of(), TraceCheck.check(events), () -> said(events));
    var led =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("meshkit.LeaderChange"))
            .filter(event -> event.getString("to").equals("eu/n1"))
            .findFirst()
            .orElseThrow();
    var scope = led.getString("scope");
    var doctored = new ArrayList<>(events);
    doctored.addAll(again(scope, "us/n2", led.getInt("generation"), led.getLong("term")));
    var wrong = TraceCheck.check(doctored);
    assertTrue(wrong.getFirst().startsWith("S1 us/n2 wins "), wrong::toString);
    doctored.subList(events.size(), doctored.size()).clear();
    doctored.addAll(again(scope, "eu/n1", led.getInt("generation"), led.getLong("term")));
    assertEquals(List.of(), TraceCheck.check(doctored), "who says the same says nothing new");
    assertEquals(List.of("VACUOUS: nobody led anything"), TraceCheck.check(List.of()));
  }

  /** E38: each tenure, its election and its first commit can be read without a node. */
  private static void reported(Path file) {
    var report = Recordings.report(List.of(file)).orThrow();
    for (var scope : List.of("global", "region/eu", "region/us")) {
      var leader = scope.equals("region/us") ? "us/n2" : "eu/n1";
      for (var type :
          List.of(RecordedItem.Type.VOTE, RecordedItem.Type.TENURE, RecordedItem.Type.COMMIT)) {
        var found =
            report.getItemsList().stream()
                .filter(item -> item.getType() == type && item.getScope().equals(scope))
                .filter(
                    item ->
                        item.getNode().equals(leader)
                            && item.hasTook() != (type == RecordedItem.Type.COMMIT))
                .toList();
        assertTrue(found.size() >= 1, () -> scope + " " + type + "\n" + report);
        if (type == RecordedItem.Type.VOTE) assertEquals("WON", found.getLast().getOutcome());
        if (type == RecordedItem.Type.TENURE)
          assertEquals("SHUTDOWN", found.getLast().getOutcome());
      }
    }
  }

  private List<RecordedEvent> again(String scope, String to, int generation, long term)
      throws Exception {
    var file = directory.resolve(to.replace('/', '-') + ".jfr");
    try (var recording = new Recording()) {
      recording.enable("meshkit.LeaderChange");
      recording.start();
      LeaderChangeEvent.emit(
          new LeaderChangeEvent.Change(to, scope, "", to, generation, term, "TIMEOUT"));
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file);
  }

  private Mesh open(String region, String name, Endpoint... seeds) {
    var config =
        MeshConfig.of(region, name, directory.resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            order -> {
              got.add(order.message().body().utf8());
              return Ack.plain();
            })
        .open();
  }

  private static boolean hasLeft(dev.meshkit.api.Member member) {
    return member.node().equals(N2) && member.status().name().equals("LEFT");
  }

  /** Whether one event of a kind has all these values, given as name, value, name, value. */
  private static boolean is(List<RecordedEvent> events, String kind, String... fields) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("meshkit." + kind))
        .anyMatch(event -> has(event, fields));
  }

  private static boolean has(RecordedEvent event, String... fields) {
    for (var i = 0; i < fields.length; i += 2) {
      Object value = event.getValue(fields[i]);
      if (!fields[i + 1].equals(String.valueOf(value))) return false;
    }
    return true;
  }

  private static String said(List<RecordedEvent> events) {
    var ours = new ArrayList<String>();
    for (var event : events) {
      if (event.getEventType().getName().startsWith("meshkit.")) ours.add(event.toString());
    }
    return String.join("\n", ours);
  }
}
