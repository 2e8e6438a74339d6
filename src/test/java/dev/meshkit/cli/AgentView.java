package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.AdminGrpc;
import dev.meshkit.control.proto.ChangeGateRequest;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.HandOverRequest;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeadersRequest;
import dev.meshkit.control.proto.MembersRequest;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.StatusRequest;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** One agent, as whoever may open its admin socket and its files sees it. Thread-safe. */
final class AgentView implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String ADOPTED =
      "SELECT 'version ' || version || ', epoch ' || epoch FROM gate WHERE change_id = ?";
  private static final String COMMITTED = "SELECT body FROM record WHERE scope = ? AND kind = 1";
  private static final String DELIVERED = "SELECT n FROM trace WHERE what = 'ACKED' LIMIT 1";

  /**
   * RELEASED is what had no receipt when its stream ended, or waited behind such a one, RECLAIMED
   * what was under way when this process died: the far side has refused neither.
   */
  private static final String REFUSED =
      """
      SELECT 'message ' || seq || ' was ' || what || ', ' || code || ': ' || why FROM trace
      WHERE what NOT IN ('ENQUEUED', 'LEASED', 'ACKED', 'RELEASED', 'RECLAIMED')
      UNION ALL SELECT 'message ' || seq || ' is dead, ' || code || ': ' || why FROM dead""";

  private final NodeId id;
  private final Path data;
  private final AdminClient admin;

  /** Of the agent {@code id}, which keeps its data there; it may start later. */
  AgentView(NodeId id, Path data) {
    this.id = id;
    this.data = data;
    this.admin = AdminClient.of(SocketPath.of(data, System.getenv()));
  }

  NodeId id() {
    return id;
  }

  /** Sends a message; a promise of the node, or why there is none. */
  Result<Sent> send(NodeId to, String body) {
    var request =
        SendRequest.newBuilder()
            .setTo(to.toString())
            .setMessageKind(Letterbox.KIND)
            .setBody(ByteString.copyFromUtf8(body))
            .build();
    return admin.ask("sending", PATIENCE, node -> node.send(request));
  }

  /** Blocks until it has a Stream with each of {@code peers} others, all of them as told. */
  void awaitRoads(int peers, boolean overLegacy) {
    await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(MeshException.class) // it may be on its way back from a kill
        .untilAsserted(
            () -> {
              var roads = status().getRoads();
              var others = roads.getH3() + roads.getH2();
              var seen = id + " has " + roads;
              assertEquals(overLegacy ? peers : 0, roads.getLegacy(), seen);
              assertEquals(overLegacy ? 0 : peers, others, seen);
            });
  }

  /** Whether all its Streams are over the legacy socket, or none, as told; false without any. */
  boolean hasMoved(boolean overLegacy) {
    var roads = status().getRoads();
    var others = roads.getH3() + roads.getH2();
    return overLegacy ? roads.getLegacy() > 0 && others == 0 : others > 0 && roads.getLegacy() == 0;
  }

  private NodeStatus status() {
    return asked(node -> node.status(StatusRequest.getDefaultInstance()));
  }

  private <T> T asked(Function<AdminGrpc.AdminBlockingStub, T> call) {
    return admin.ask("asking " + id, PATIENCE, call).orThrow();
  }

  /**
   * Each scope it knows a leader of, with the leader, its fence, and the term it votes in itself.
   */
  Map<String, String> leaders() {
    var led = new TreeMap<String, String>();
    for (var item :
        asked(node -> node.leaders(LeadersRequest.getDefaultInstance())).getItemsList()) {
      if (item.getState() == LeaderItem.State.LED) {
        var seen = item.getLeader() + " " + item.getFence() + ", in term " + item.getTerm();
        led.put(item.getScope(), seen);
      }
    }
    return led;
  }

  /** Has it give up a scope that it leads. */
  void stepDown(String scope) {
    var request =
        HandOverRequest.newBuilder()
            .setScope(scope)
            .setStepDown(true)
            .setReason("a test")
            .setWait(Envelope.duration(LONG))
            .build();
    admin.ask("stepping down", LONG, node -> node.handOver(request)).orThrow();
  }

  /** Each member, with its status and the life it is in. */
  Map<String, String> members() {
    var seen = new TreeMap<String, String>();
    for (var item :
        asked(node -> node.members(MembersRequest.getDefaultInstance())).getItemsList()) {
      var life = item.getGeneration() + "." + item.getIncarnation();
      seen.put(item.getNode(), item.getStatus() + " " + life);
    }
    return seen;
  }

  /**
   * All it has seen after event number {@code after}, oldest first, however much that is; after 0,
   * the newest thousand.
   */
  List<EventItem> events(long after) {
    var all = new ArrayList<EventItem>();
    var page = page(after);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = page(page.getLast().getSeq());
    }
    return all;
  }

  /** The number of the newest event it has seen. */
  long newestEvent() {
    var request = EventsRequest.newBuilder().setLimit(1).build();
    var newest = asked(node -> node.events(request).next()).getItemsList();
    return newest.isEmpty() ? 0 : newest.getLast().getSeq();
  }

  private List<EventItem> page(long after) {
    var request = EventsRequest.newBuilder().setAfter(after).setLimit(1_000).build();
    return asked(node -> node.events(request).next()).getItemsList();
  }

  /**
   * Blocks until it has adopted a version of a change, and has whoever leads commit it before that,
   * whoever leads by then; also if members that are away do not say that they can run it.
   */
  void commit(String change, int version) {
    var order =
        ChangeGateRequest.newBuilder()
            .setChange(change)
            .setVerb(ChangeGateRequest.Verb.SET)
            .setVersion(version)
            .setForce(true)
            .setReason("a test")
            .setWait(Envelope.duration(PATIENCE.minusSeconds(1)))
            .build();
    await(change + " at version " + version)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              if (adopted(change).startsWith("version " + version + ",")) return;
              var asked = admin.ask("changing " + change, PATIENCE, node -> node.changeGate(order));
              if (asked instanceof Result.Err<GateChanged>(var error)) fail(error.text());
            });
  }

  /** The version and the epoch that it has adopted of a change, by its file; empty if none. */
  String adopted(String change) throws IOException {
    return String.join("", read("mesh.db", ADOPTED, row -> row.getString(1), change));
  }

  /** The same of what it knows to be committed in its region: links go by nothing else. */
  String committed(String change) throws IOException {
    var region = Scope.region(id.region()).text();
    for (var body : read("election.db", COMMITTED, row -> Bytes.of(row.getBytes(1)), region)) {
      if (!(ElectCodec.record(body) instanceof Decoded.Whole<ScopeRecord>(var record))) continue;
      for (var gate : record.content().gates()) {
        if (gate.change().equals(change))
          return "version " + gate.version() + ", epoch " + gate.epoch();
      }
    }
    return "";
  }

  /**
   * Whether others have refused any of its messages, by its file, where {@code queue.trace} keeps
   * what became of each: for good, or until it is tried again. A message alone for which a receiver
   * is only busy is offered again without a word in any file, for ten seconds at most.
   */
  List<String> refused() throws IOException {
    var delivered = read("mesh.db", DELIVERED, row -> row.getLong(1));
    if (delivered.isEmpty()) return List.of(id + " has no trace of any message");
    var refused = read("mesh.db", REFUSED, row -> row.getString(1));
    if (refused.isEmpty()) return List.of();
    return List.of(id + " had " + refused.size() + " refused, first " + refused.getFirst());
  }

  /** Whether none of its messages is still to be sent, so that none can come a second time. */
  boolean hasSentAll() throws IOException {
    return read("mesh.db", "SELECT count(*) FROM task", row -> row.getLong(1)).getFirst() == 0;
  }

  /** A value of a row. */
  @FunctionalInterface
  private interface Column<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> read(String file, String sql, Column<T> column, String... values)
      throws IOException {
    var path = data.resolve(file).toUri().getRawPath();
    try (var db = DriverManager.getConnection("jdbc:sqlite:file:" + path + "?mode=ro");
        var look = db.prepareStatement(sql)) {
      for (var i = 0; i < values.length; i++) look.setString(i + 1, values[i]);
      var all = new ArrayList<T>();
      try (var rows = look.executeQuery()) {
        while (rows.next()) all.add(column.of(rows));
      }
      return all;
    } catch (SQLException unreadable) {
      throw new IOException("reading " + file + " of " + id, unreadable);
    }
  }

  /** What its handler has recorded, in the file that survives its kills. */
  List<String> letters() throws IOException {
    return Letters.in(data);
  }

  @Override
  public void close() {
    admin.close();
  }
}
