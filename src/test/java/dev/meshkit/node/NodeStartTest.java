package dev.meshkit.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whichever step of a start fails, nothing is left open, nor on disk what was not there; and a stop
 * ends all of it in reverse, whatever a step does (O31). Real files, databases and sockets.
 */
@Timeout(120)
class NodeStartTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");

  @TempDir private Path directory;
  private Path data;
  private MeshConfig config;

  @BeforeEach
  void enrol() throws IOException {
    data = directory.resolve("n1");
    var clocks = Clocks.system();
    var identity = new IdentityStore(data.resolve("identity"), clocks.wall());
    DevCa.open(directory.resolve("dev-ca"), clocks.wall(), Chance.secure())
        .flatMap(ca -> ca.stage(identity, N1))
        .flatMap(Staged::adopt)
        .orThrow();
    var free = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    var http = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    config =
        MeshConfig.of("eu", "n1", data)
            .withListen(MeshConfig.defaults().listen().withMesh(free))
            .withHttp(HttpConfig.of(http));
  }

  /** Puts something in the way of a start; closing it takes it away again. */
  @FunctionalInterface
  interface Obstacle {
    Closeable place(NodeStartTest test) throws Exception;
  }

  /** A step of a start that fails, and the code that says so. */
  record Step(String name, String code, Obstacle obstacle) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** In the order of the steps. */
  static Stream<Step> steps() {
    return Stream.of(
        new Step("mesh port", "MK-NODE-002", test -> udp(test.mesh())),
        new Step("legacy port", "MK-NODE-002", test -> tcp(test.legacy())),
        new Step("HTTP port", "MK-NODE-002", test -> tcp(test.http())),
        new Step("data directory", "MK-NODE-003", test -> test.isAFile("")),
        new Step("identity", "MK-TLS-015", test -> test.isAway("identity/roots.pem")),
        new Step("mesh.db", "MK-STO-001", test -> test.isAFile("mesh.db")),
        new Step("election.db", "MK-STO-001", test -> test.isAFile("election.db")),
        new Step("what gossip knew", "error.store.read", test -> test.lacks("mesh.db", "peer")),
        new Step("who votes", "MK-ELE-002", NodeStartTest::votedWithOthers),
        new Step("queue", "error.store.op", test -> test.lacks("mesh.db", "lane")),
        new Step("listener", "MK-NODE-002", test -> test.unseen(udp(test.mesh()))),
        new Step("legacy listener", "MK-NODE-002", test -> test.unseen(tcp(test.legacy()))),
        new Step("admin socket", "MK-NODE-004", test -> test.isADirectory("admin.sock")),
        new Step("HTTP listener", "MK-NODE-002", test -> test.unseen(tcp(test.http()))));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStepThatFailsLeavesNothingOpenAndNothingOnDisk(Step step) throws Exception {
    // given something in the way of one step
    MeshError error;
    try (var _ = step.obstacle().place(this)) {
      var before = tree();
      // when the node starts
      error = assertInstanceOf(Result.Err.class, open(), step.name()).error();
      // then it says which step failed, and all is as it was
      assertEquals(step.code(), error.details().getOrDefault("mk", error.code()), error.text());
      assertEquals(before, tree());
      assertNothingIsOpen();
    }
    // and without it the same start succeeds
    open().orThrow().close();
    assertNothingIsOpen();
  }

  @Test
  void anInterruptedStartLeavesNothing() throws Exception {
    var before = tree();
    Thread.currentThread().interrupt();
    var error = assertInstanceOf(Result.Err.class, open()).error();
    assertTrue(Thread.interrupted(), "the interrupt is kept");
    assertEquals("error.draining", error.code());
    assertEquals(before, tree());
    assertNothingIsOpen();
  }

  @Test
  void aStopEndsAllInReverseThoughAStepFails() throws Exception {
    var ends = Compensation.open("test");
    var seen = new CopyOnWriteArrayList<String>();
    // given a node, something that was there before it, and two that came after
    ends.onFailure("oldest", () -> seen.add("oldest: " + state()));
    var node = new NodeStart(config, Map.of(), ends).open().orThrow();
    ends.onFailure("newer", () -> seen.add("newer: " + state()));
    ends.onFailure(
        "newest",
        () -> {
          seen.add("newest: " + state());
          throw new IOException("planted");
        });
    // when it stops
    node.close();
    // then each had its turn, the newest first, and one that failed kept nobody from it
    assertEquals(List.of("newest: open", "newer: open", "oldest: closed"), seen);
    assertEquals(1, ends.failures().size());
    assertNothingIsOpen();
  }

  private Result<Node> open() {
    return Node.open(config, Map.of());
  }

  private Endpoint mesh() {
    return config.listen().mesh();
  }

  /** The port of a node that is to have one. */
  private Endpoint legacy() throws IOException {
    var at = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    var versions = List.of(VersionWindow.parse("eu=1-2"));
    config = config.withListen(config.listen().withLegacy(at).withVersions(versions));
    return at;
  }

  private Endpoint http() {
    return config.http().listen();
  }

  private static Closeable udp(Endpoint at) throws IOException {
    return new DatagramSocket(new InetSocketAddress(at.host(), at.port()));
  }

  private static Closeable tcp(Endpoint at) throws IOException {
    var socket = new ServerSocket();
    socket.bind(new InetSocketAddress(at.host(), at.port()));
    return socket;
  }

  /** A port that is taken just after the look: who seems to have the directory is not looked at. */
  private Closeable unseen(Closeable taken) throws IOException {
    var lock = data.resolve("mesh.lock");
    Files.writeString(lock, ProcessHandle.current().pid() + "\n");
    return () -> {
      Files.delete(lock);
      taken.close();
    };
  }

  private Closeable isAway(String name) throws IOException {
    var away = directory.resolve("away");
    Files.move(data.resolve(name), away);
    return () -> Files.move(away, data.resolve(name));
  }

  /** The whole directory if the name is empty. */
  private Closeable isAFile(String name) throws Exception {
    var file = name.isEmpty() ? data : data.resolve(name);
    var away = name.isEmpty() ? isAway("") : (Closeable) () -> {};
    Files.writeString(file, "not what it should be ".repeat(500));
    return () -> {
      Files.delete(file);
      away.close();
    };
  }

  private Closeable isADirectory(String name) throws IOException {
    var file = Files.createFile(Files.createDirectory(data.resolve(name)).resolve("file"));
    return () -> {
      Files.delete(file);
      Files.delete(data.resolve(name));
    };
  }

  /** A database that an earlier life of this node left, without one of its tables. */
  private Closeable lacks(String database, String table) throws SQLException, IOException {
    open().orThrow().close();
    var file = data.resolve(database);
    var whole = Files.readAllBytes(file);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE " + table);
    }
    return () -> Files.write(file, whole);
  }

  private Closeable votedWithOthers() {
    config = voters(config, List.of(N1));
    open().orThrow().close();
    config = voters(config, List.of(N1, N2));
    return () -> config = voters(config, List.of(N1));
  }

  private static MeshConfig voters(MeshConfig config, List<NodeId> voters) {
    var election = config.election();
    return config.withElection(
        election
            .withGlobal(election.global().withVoters(voters))
            .withRegion(election.region().withVoters(voters)));
  }

  /**
   * What is on disk: files by what they hold; databases by name, for their counters grow. Lock
   * files stay, for somebody may be waiting for them.
   */
  private Map<String, String> tree() throws IOException {
    var tree = new TreeMap<String, String>();
    try (var all = Files.walk(directory)) {
      for (var path : all.filter(path -> !path.toString().endsWith(".lock")).toList()) {
        var held = Files.isDirectory(path) ? "directory" : sum(path);
        tree.put(directory.relativize(path).toString(), held);
      }
    }
    return tree;
  }

  private static String sum(Path file) throws IOException {
    var content = Files.readAllBytes(file);
    var database = new String(content, US_ASCII).startsWith("SQLite format 3");
    return database ? "database" : "file " + Arrays.hashCode(content);
  }

  private void assertNothingIsOpen() {
    await().untilAsserted(() -> assertEquals(List.of(), openFiles()));
    await().untilAsserted(() -> assertEquals(List.of(), threads()));
  }

  private String state() throws IOException {
    var files = openFiles().size();
    if (Files.exists(data.resolve("admin.sock"))) return files > 0 ? "open" : "only its door";
    return files > 0 ? "only its files" : "closed";
  }

  private List<String> openFiles() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.map(NodeStartTest::target).filter(file -> file.startsWith(data + "/")).toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return ""; // closed meanwhile
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("store-") || name.startsWith("meshkit"))
        .toList();
  }
}
