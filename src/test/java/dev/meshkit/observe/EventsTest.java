package dev.meshkit.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every flight recorder event, provoked and read back (O22). */
class EventsTest {
  private static final Path PROFILE = Path.of("jfr-profiles/meshkit.jfc");
  private static final Set<String> STANDARD =
      Set.of("startTime", "duration", "eventThread", "stackTrace");

  @TempDir Path dir;

  /** What each event must carry; read back it is exactly this. */
  private static Map<String, Map<String, Object>> provokeAll() {
    var wanted = new TreeMap<String, Map<String, Object>>();
    NodeStateEvent.emit("READY", "started");
    wanted.put("NodeState", fields("state", "READY", "cause", "started"));
    MemberTransitionEvent.emit(
        new MemberTransitionEvent.Change("eu/n2", "eu", "ALIVE", "SUSPECT", 7, "eu/n1", "silent"));
    wanted.put(
        "MemberTransition",
        fields(
            "node",
            "eu/n2",
            "region",
            "eu",
            "from",
            "ALIVE",
            "to",
            "SUSPECT",
            "incarnation",
            7L,
            "observer",
            "eu/n1",
            "cause",
            "silent"));
    ElectionEvents.provoke(wanted);
    QueueLeaseEvent.emit(new QueueLeaseEvent.Leased("m1", "eu/n2", 2, 150, true));
    wanted.put(
        "QueueLease",
        fields("messageId", "m1", "lane", "eu/n2", "attempt", 2, "wait", 150L, "expired", true));
    QueuePressureEvent.emit("mesh-out", "HIGH", 800);
    wanted.put("QueuePressure", fields("queue", "mesh-out", "level", "HIGH", "depth", 800L));
    QueueSettleEvent.emit(
        new QueueSettleEvent.Settled("m1", "eu/n2", 3, "RETRY", "error.unavailable"));
    wanted.put(
        "QueueSettle",
        fields(
            "messageId",
            "m1",
            "lane",
            "eu/n2",
            "attempt",
            3,
            "outcome",
            "RETRY",
            "code",
            "error.unavailable"));
    MessageDeadEvent.emit(
        new MessageDeadEvent.Death("m1", "orders", "eu/n2", "EXHAUSTED", "error.timeout", 5));
    wanted.put(
        "MessageDead",
        fields(
            "messageId",
            "m1",
            "kind",
            "orders",
            "lane",
            "eu/n2",
            "reason",
            "EXHAUSTED",
            "code",
            "error.timeout",
            "attempts",
            5));
    BreakerChangeEvent.emit("eu/n2", "OPEN", 3, 500);
    wanted.put(
        "BreakerChange", fields("key", "eu/n2", "state", "OPEN", "failures", 3, "pauseMs", 500L));
    RedriveEvent.emit("kind=orders queue=q", 7, "ana");
    wanted.put("Redrive", fields("filter", "kind=orders queue=q", "count", 7L, "actor", "ana"));
    InboxVerdictEvent.emit("eu/n2", "bulk", "DUPLICATE");
    wanted.put("InboxVerdict", fields("peer", "eu/n2", "lane", "bulk", "verdict", "DUPLICATE"));
    var commit = StoreCommitEvent.started();
    commit.ran(40);
    commit.end("mesh.db", 12, 4096, 0);
    wanted.put(
        "StoreCommit",
        fields(
            "file", "mesh.db", "ops", 12, "statements", 40L, "walBytes", 4096L, "busyRetries", 0));
    SlowTxEvent.started().end("mesh.db", "queue.settle");
    wanted.put("SlowTx", fields("file", "mesh.db", "op", "queue.settle"));
    CheckpointEvent.started().end("mesh.db", 1000, 7);
    wanted.put("Checkpoint", fields("file", "mesh.db", "frames", 1000L, "left", 7L));
    ClockJumpEvent.emit("mesh.db", -3000);
    wanted.put("ClockJump", fields("file", "mesh.db", "by", -3000L));
    HandshakeEvent.started()
        .end(new HandshakeEvent.Outcome("SERVER", "H3", "", "x25519", "MK-TLS-001", 3000));
    wanted.put(
        "Handshake",
        fields(
            "side",
            "SERVER",
            "road",
            "H3",
            "peer",
            "",
            "group",
            "x25519",
            "code",
            "MK-TLS-001",
            "notAfter",
            3000L));
    RpcCallEvent.started()
        .end(new RpcCallEvent.Call("m/Sync", "eu/n2", "H3", "CLIENT", "OK", 10, 20, 1));
    wanted.put(
        "RpcCall",
        fields(
            "method",
            "m/Sync",
            "peer",
            "eu/n2",
            "road",
            "H3",
            "side",
            "CLIENT",
            "status",
            "OK",
            "requestBytes",
            10L,
            "responseBytes",
            20L,
            "attempt",
            1));
    RoadChangeEvent.emit("eu/n2", "H2", "H3", "PROMOTED");
    wanted.put(
        "RoadChange", fields("peer", "eu/n2", "from", "H2", "to", "H3", "reason", "PROMOTED"));
    TransportDowngradeEvent.emit("eu/n2", "TIMEOUT");
    wanted.put("TransportDowngrade", fields("peer", "eu/n2", "reason", "TIMEOUT"));
    ConnectionEndEvent.emit(
        new ConnectionEndEvent.Ends("CLIENT", "H3", "eu/n2"),
        new ConnectionEndEvent.End("LOST", 7, 3, 2, 5));
    wanted.put(
        "ConnectionEnd",
        fields(
            "side", "CLIENT", "road", "H3", "peer", "eu/n2", "cause", "LOST", "age", 7L, "streams",
            3L, "lost", 2L, "srtt", 5L));
    GateDecisionEvent.emit("shop::tax", "acme", 2, "COMMITTED");
    wanted.put(
        "GateDecision",
        fields("change", "shop::tax", "subject", "acme", "version", 2, "source", "COMMITTED"));
    GateFlipEvent.emit(
        new GateFlipEvent.Flip("meshkit::transport::{region}", "us/n5", 2, 1, "SWITCHED"));
    wanted.put(
        "GateFlip",
        fields(
            "change",
            "meshkit::transport::{region}",
            "peer",
            "us/n5",
            "from",
            2,
            "to",
            1,
            "cause",
            "SWITCHED"));
    var capture = EffectCaptureEvent.started();
    if (capture.isKept()) capture.told("shop::tax::v2::17", "charge", "AT_MOST_ONCE", "IN_DOUBT");
    wanted.put(
        "EffectCapture",
        fields(
            "run",
            "shop::tax::v2::17",
            "step",
            "charge",
            "mode",
            "AT_MOST_ONCE",
            "outcome",
            "IN_DOUBT"));
    ReplayMismatchEvent.emit("shop::tax::v2::17", "charge", "RENAMED");
    wanted.put(
        "ReplayMismatch", fields("run", "shop::tax::v2::17", "step", "charge", "why", "RENAMED"));
    FencedEvent.emit("region/eu", "shop::tax");
    wanted.put("Fenced", fields("scope", "region/eu", "resource", "shop::tax"));
    SlowReaderEvent.emit("eu/n2", "STREAM");
    wanted.put("SlowReader", fields("peer", "eu/n2", "family", "STREAM"));
    return wanted;
  }

  @Test
  void everyEventIsRecordedAsItWasGiven() throws Exception {
    var settings = new HashMap<String, String>();
    events().forEach(name -> settings.put(name + "#enabled", "true"));
    events().forEach(name -> settings.put(name + "#threshold", "0 ms"));
    Map<String, Map<String, Object>> wanted;
    List<RecordedEvent> read;
    try (var recording = new Recording(settings)) {
      recording.start();
      wanted = provokeAll();
      recording.stop();
      read = dump(recording);
    }
    var got = new TreeMap<String, Map<String, Object>>();
    for (var event : read) got.put(name(event), valuesOf(event));
    assertEquals(wanted, got);
    assertEquals(events(), wanted.keySet().stream().map("meshkit."::concat).collect(sorted()));
  }

  @Test
  void theProfileNamesEveryEventAndNoOther() throws Exception {
    var named =
        Configuration.create(PROFILE).getSettings().keySet().stream()
            .map(setting -> setting.substring(0, setting.indexOf('#')))
            .filter(event -> event.startsWith("meshkit."))
            .collect(sorted());
    var all = new TreeSet<>(events());
    all.addAll(events("pipeline"));
    assertEquals(all, named);
  }

  /** Low overhead: what happens all the time is recorded only when it is slow or unusual. */
  @Test
  void theProfileLeavesOutTheOrdinary() throws Exception {
    List<RecordedEvent> read;
    try (var recording = new Recording(Configuration.create(PROFILE))) {
      recording.start();
      QueueSettleEvent.emit(new QueueSettleEvent.Settled("m1", "l", 1, "ACK", ""));
      QueueLeaseEvent.emit(new QueueLeaseEvent.Leased("m1", "l", 1, 99, false));
      QueueLeaseEvent.emit(new QueueLeaseEvent.Leased("m2", "l", 1, 100, false));
      QueueSettleEvent.emit(new QueueSettleEvent.Settled("m2", "l", 1, "RETRY", "error.timeout"));
      InboxVerdictEvent.emit("p", "l", "APPLIED");
      InboxVerdictEvent.emit("p", "l", "REFUSED");
      NodeStateEvent.emit("READY", "");
      recording.stop();
      read = dump(recording);
    }
    var kept =
        read.stream()
            .map(EventsTest::name)
            .filter(name -> !name.startsWith("jdk."))
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    assertEquals(
        Map.of("QueueLease", 1L, "QueueSettle", 1L, "InboxVerdict", 1L, "NodeState", 1L), kept);
    var settings = Configuration.create(PROFILE).getSettings();
    assertEquals("20 ms", settings.get("meshkit.StoreCommit#threshold"));
    assertEquals("20 ms", settings.get("meshkit.SlowTx#threshold"));
    assertEquals("50 ms", settings.get("meshkit.RpcCall#threshold"));
  }

  /** O22: no dump holds environment, properties or process lists. */
  @Test
  void theProfileRecordsNothingThatMayHoldASecret() throws Exception {
    try (var recording = new Recording(Configuration.create(PROFILE))) {
      recording.start();
      recording.stop();
      var secretive =
          dump(recording).stream()
              .map(event -> event.getEventType().getName())
              .filter(
                  name ->
                      name.matches("jdk\\.(Initial.*|SystemProcess|ProcessStart|JVMInformation)"))
              .collect(sorted());
      assertEquals(Set.of(), secretive);
    }
  }

  /** A setting of an event that JDK 25 does not have would be a typo nobody notices. */
  @Test
  void theProfileNamesOnlyEventsThatExist() throws Exception {
    provokeAll(); // loads, hence registers, ours
    types("pipeline").forEach(jdk.jfr.FlightRecorder::register);
    var existing =
        jdk.jfr.FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .map(jdk.jfr.EventType::getName)
            .collect(sorted());
    for (var setting : Configuration.create(PROFILE).getSettings().keySet()) {
      var event = setting.substring(0, setting.indexOf('#'));
      assertTrue(existing.contains(event), "no such event: " + event);
    }
  }

  private List<RecordedEvent> dump(Recording recording) throws IOException {
    var file = dir.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file);
  }

  /** The names of all event classes of this package; pipelines provoke their own in their tests. */
  private static Set<String> events() {
    return events("observe");
  }

  private static Set<String> events(String ofPackage) {
    return types(ofPackage).stream()
        .map(type -> type.getAnnotation(Name.class).value())
        .collect(sorted());
  }

  private static List<? extends Class<? extends Event>> types(String ofPackage) {
    try (var files = Files.list(Path.of("src/main/java/dev/meshkit", ofPackage))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith("Event.java"))
          .map(file -> typeOf("dev.meshkit." + ofPackage + "." + file.replace(".java", "")))
          .toList();
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static Class<? extends Event> typeOf(String className) {
    try {
      return Class.forName(className).asSubclass(Event.class);
    } catch (ClassNotFoundException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static Map<String, Object> valuesOf(RecordedEvent event) {
    return event.getFields().stream()
        .map(ValueDescriptor::getName)
        .filter(field -> !STANDARD.contains(field))
        .collect(Collectors.toMap(field -> field, event::<Object>getValue));
  }

  private static String name(RecordedEvent event) {
    return event.getEventType().getName().replace("meshkit.", "");
  }

  static Map<String, Object> fields(Object... namesAndValues) {
    var fields = new LinkedHashMap<String, Object>();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  private static java.util.stream.Collector<String, ?, Set<String>> sorted() {
    return Collectors.collectingAndThen(
        Collectors.toCollection(TreeSet::new), Collections::unmodifiableSet);
  }
}
