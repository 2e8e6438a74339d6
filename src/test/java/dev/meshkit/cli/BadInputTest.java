package dev.meshkit.cli;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an agent refuses to begin with: one screen that says what, why, fix and code, an exit status
 * that says the same, and not a byte, mode or time on disk changed. O9, O10, Q7.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BadInputTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");

  /** What a node leaves that stopped in order, and what one leaves that was killed. */
  @TempDir private static Path stopped;

  @TempDir private static Path killed;

  @TempDir private Path directory;

  @BeforeAll
  static void aNodeHasRunHere() throws IOException {
    var config =
        MeshConfig.of("eu", "n1", stopped.resolve("n1"))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    try (var mesh = MeshKit.open(MeshKit.dev(config).orThrow())) {
      assertEquals(N1, mesh.self());
      DiskTrace.copy(stopped, killed); // in mid-run: a log that no checkpoint has emptied
    }
    // Both name this process, which goes on: a number that stands in a lock says nothing.
    var self = ProcessHandle.current().pid() + "\n";
    for (var lock : List.of("n1/mesh.lock", "n1/election.lock")) {
      assertEquals(self, Files.readString(killed.resolve(lock)));
    }
    assertTrue(Files.size(killed.resolve("n1/mesh.db-wal")) > 0);
    assertFalse(Files.exists(stopped.resolve("n1/mesh.db-wal")));
  }

  /** Does what makes the data below {@code data} unfit. */
  interface Spoil {
    void spoil(Path data) throws Exception;
  }

  /**
   * One bad input.
   *
   * @param name what is wrong
   * @param after how the node before has ended
   * @param spoil makes it so
   * @param exit the exit status to expect
   * @param says what the error must say, its code first
   */
  record Case(String name, Path after, Spoil spoil, int exit, List<String> says) {
    Case(String name, Path after, Spoil spoil, int exit, String... says) {
      this(name, after, spoil, exit, List.of(says));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("newer messages", stopped, d -> sql(d, "mesh", NEWER), 6, "MK-STO-004", "999"),
        new Case("newer votes", stopped, d -> sql(d, "election", NEWER), 6, "MK-STO-004", "999"),
        new Case("newer, in the log", killed, d -> log(d, NEWER), 6, "MK-STO-004", "999"),
        new Case("newer, no index", stopped, BadInputTest::withoutIndex, 6, "MK-STO-004", "999"),
        new Case(
            "votes gone", stopped, d -> Files.delete(votes(d)), 1, "MK-ELE-004", "a second time"),
        new Case("votes emptied", killed, d -> empty(votes(d)), 1, "MK-ELE-004", "election.db"),
        new Case("votes gone, no index", killed, BadInputTest::noVotesNoIndex, 1, "MK-ELE-004"),
        new Case("messages gone", stopped, d -> Files.delete(mesh(d)), 1, "MK-STO-008", "sqlite3 "),
        new Case("messages emptied", killed, d -> empty(mesh(d)), 1, "MK-STO-008", "put mesh.db"),
        new Case("no messages made", killed, BadInputTest::unmadeMessages, 1, "MK-STO-008"),
        new Case("another's votes", stopped, d -> sql(d, "election", OTHER), 6, "MK-STO-005"),
        new Case("another's messages", killed, d -> log(d, OTHER), 6, "MK-STO-005", "dev-else"),
        new Case("another's CA", stopped, BadInputTest::otherCa, 4, "MK-TLS-003", "dev-"),
        new Case("no CA", stopped, d -> delete(d.resolve("dev-ca")), 4, "MK-TLS-003", "dev-ca"),
        new Case("no CA, no identity", stopped, BadInputTest::onlyData, 6, "MK-STO-005", "cluster"),
        new Case(
            "key cut", stopped, d -> Files.writeString(key(d), "x"), 4, "MK-TLS-015", "key.pem"),
        new Case("key gone", stopped, d -> Files.delete(key(d)), 4, "MK-TLS-015", "does not exist"),
        new Case("key open", stopped, d -> mode(key(d)), 4, "MK-TLS-015", "rw-r--r--", "chmod"),
        new Case("expired", stopped, BadInputTest::expire, 4, "MK-TLS-004", "ended"),
        new Case("no database", stopped, d -> garble(mesh(d)), 1, "MK-STO-001", "NOTADB"),
        new Case("messages cut", stopped, d -> cut(mesh(d)), 1, "MK-STO-001", "malformed"),
        new Case("votes garbled", stopped, d -> garble(votes(d)), 1, "MK-STO-001", "vote twice"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itIsRefusedOnOneScreenAndNothingOnDiskChanges(Case bad) throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(bad.after(), data);
    bad.spoil().spoil(data);
    refused(data, List.of(), bad.exit(), bad.says().toArray(String[]::new));
  }

  /** Modes hold for this child though root may run the tests. */
  @Test
  void aKeyThatMayNotBeReadIsNamed() throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(stopped, data);
    var before = DiskTrace.trace(data);
    Files.setPosixFilePermissions(key(data), Set.of());
    try (var agent = Child.heldToModes(directory, arguments(List.of()))) {
      saysWhy(agent, 4, "MK-TLS-015", "key.pem", "chmod");
    }
    Files.setPosixFilePermissions(key(data), fromString("rw-------"));
    assertEquals(List.of(), DiskTrace.changes(before, DiskTrace.trace(data)));
  }

  /** Who accepts the loss follows what the refusal says, and keeps the votes. */
  @Test
  void lostMessagesCanBeGivenUp() throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(stopped, data);
    Files.delete(mesh(data));
    refused(data, List.of(), 1, "MK-STO-008", "DELETE FROM meta WHERE k = 'mesh_store'");
    sql(data, "election", "DELETE FROM meta WHERE k = 'mesh_store'");
    try (var agent = agent(List.of())) {
      agent.awaitLine("next");
      agent.signal("TERM");
      assertEquals(0, agent.exit(), agent.err());
    }
    Files.delete(mesh(data)); // and from then on it is missed again
    refused(data, List.of(), 1, "MK-STO-008");
  }

  /** A log without its index is only read when it is opened: then the loss is seen, too. */
  @Test
  void lostMessagesAreMissedEvenIfOnlyTheLogOfTheVotesSaysThatTheyWere() throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(killed, data);
    Files.delete(mesh(data));
    Files.delete(data.resolve("n1/election.db-shm"));
    try (var agent = agent(List.of())) {
      assertEquals(1, agent.exit(), agent.err());
      assertTrue(agent.err().startsWith("error MK-STO-008 "), agent.err());
    }
    assertTrue(Files.notExists(mesh(data)));
    assertTrue(Files.size(votes(data)) > 0, "the votes stay");
  }

  /** Without a founder a node that joins has nobody to follow; it makes nothing of its own. */
  @Test
  void aNodeThatJoinsNobodyLeavesNothing() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    refused(data, List.of("--join", "127.0.0.1:1"), 5, "MK-CLI-004");
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("n1"), "mine");
    refused(data, List.of(), 2, "MK-NODE-003", "n1 is no directory");
  }

  /** The port is looked at first: nothing in a directory that exists is touched either. */
  @Test
  void aTakenPortLeavesADirectoryAsItWas() throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(killed, data);
    try (var taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      var at = "127.0.0.1:" + taken.getLocalPort();
      refused(data, List.of("--listen", at), 1, "MK-NODE-002", at);
    }
  }

  /** O19: line, column, caret and suggestion; all of them at once. */
  @Test
  void mistakesInTheConfigurationAreAllNamedWithTheirPlaces() throws Exception {
    var data = directory.resolve("data");
    DiskTrace.copy(stopped, data);
    var file = data.resolve("n1/meshkit.toml");
    Files.writeString(file, "[node]\nregoin = \"eu\"\n[gossip]\n  interval = 5\n");
    var before = DiskTrace.trace(data);
    try (var agent = agent(List.of())) {
      assertEquals(2, agent.exit(), agent.err());
      var said = agent.err();
      assertTrue(said.contains("meshkit.toml:2:1: error MK-CFG-001: "), said);
      assertTrue(said.contains("did you mean `region`?\nregoin = \"eu\"\n^\n"), said);
      assertTrue(said.contains("meshkit.toml:4:3: error MK-CFG-005: "), said);
    }
    assertEquals(List.of(), DiskTrace.changes(before, DiskTrace.trace(data)));
  }

  private void refused(Path data, List<String> options, int exit, String... says) throws Exception {
    var before = DiskTrace.trace(data);
    try (var agent = agent(options)) {
      saysWhy(agent, exit, says);
    }
    assertEquals(List.of(), DiskTrace.changes(before, DiskTrace.trace(data)));
  }

  private static void saysWhy(Child agent, int exit, String... says) throws Exception {
    assertEquals(exit, agent.exit(), agent.err());
    var said = agent.err();
    assertTrue(said.startsWith("error " + says[0] + " "), said);
    for (var part : says) assertTrue(said.contains(part), said);
    var lines = said.lines().toList();
    assertEquals(3, lines.size(), said);
    assertTrue(lines.get(1).matches("why   \\S.*"), said);
    assertTrue(lines.get(2).matches("fix   \\S.*"), said);
  }

  private Child agent(List<String> more) throws IOException {
    return Child.start(directory, arguments(more));
  }

  private static String[] arguments(List<String> more) {
    var args = new ArrayList<>(List.of("agent", "--dev", "--name", "n1", "--region", "eu"));
    args.addAll(List.of("--data", "data/n1", "--http", "off"));
    if (!more.contains("--listen")) args.addAll(List.of("--listen", "127.0.0.1:0"));
    args.addAll(more);
    return args.toArray(String[]::new);
  }

  private static final String NEWER = "PRAGMA user_version = 999";
  private static final String OTHER = "UPDATE meta SET t = 'dev-else' WHERE k = 'cluster'";

  private static Path key(Path data) {
    return data.resolve("n1/identity/gen-1/key.pem");
  }

  private static void mode(Path file) throws IOException {
    Files.setPosixFilePermissions(file, fromString("rw-r--r--"));
  }

  private static void sql(Path data, String name, String change) throws Exception {
    var file = data.resolve("n1/" + name + ".db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = db.createStatement()) {
      statement.executeUpdate(change);
    }
  }

  /** A change that is in the log alone, as a process leaves it that is killed. */
  private static void log(Path data, String change) throws Exception {
    var there = data.resolve("there");
    DiskTrace.copy(data.resolve("n1"), there.resolve("n1"));
    var file = there.resolve("n1/mesh.db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = db.createStatement()) {
      statement.executeUpdate(change);
      for (var end : List.of("", "-wal", "-shm")) {
        var part = data.resolve("n1/mesh.db" + end);
        Files.deleteIfExists(part);
        Files.copy(there.resolve("n1/mesh.db" + end), part);
      }
    }
    delete(there);
  }

  /** A copy made of the database and its log alone. */
  private static Path mesh(Path data) {
    return data.resolve("n1/mesh.db");
  }

  private static Path votes(Path data) {
    return data.resolve("n1/election.db");
  }

  private static void empty(Path file) throws IOException {
    Files.write(file, new byte[0]);
  }

  /** A database that nobody has made a table in. */
  private static void unmadeMessages(Path data) throws Exception {
    for (var end : List.of("", "-wal", "-shm")) Files.delete(data.resolve("n1/mesh.db" + end));
    sql(data, "mesh", "PRAGMA user_version = 0");
    sql(data, "mesh", "CREATE TABLE app_mine (x)");
  }

  /** What a power failure leaves, and then someone lost the votes: nothing says what was made. */
  private static void noVotesNoIndex(Path data) throws IOException {
    for (var end : List.of("", "-wal", "-shm")) Files.delete(data.resolve("n1/election.db" + end));
    Files.delete(data.resolve("n1/mesh.db-shm"));
  }

  private static void withoutIndex(Path data) throws Exception {
    sql(data, "mesh", NEWER);
    Files.writeString(data.resolve("n1/mesh.db-wal"), "not empty");
  }

  private static void otherCa(Path data) throws IOException {
    delete(data.resolve("dev-ca"));
    DevCa.open(data.resolve("dev-ca"), InstantSource.system(), new SecureRandom()).orThrow();
  }

  private static void onlyData(Path data) throws IOException {
    delete(data.resolve("dev-ca"));
    delete(data.resolve("n1/identity"));
  }

  /** The identity and the CA of a node that was made eight days ago and never started since. */
  private static void expire(Path data) throws IOException {
    delete(data);
    var then = InstantSource.fixed(InstantSource.system().instant().minus(Duration.ofDays(8)));
    DevCa.open(data.resolve("dev-ca"), then, new SecureRandom())
        .orThrow()
        .stage(new IdentityStore(data.resolve("n1/identity"), then), N1)
        .flatMap(Staged::adopt)
        .orThrow();
  }

  private static void garble(Path file) throws IOException {
    Files.writeString(file, "this is no database, and long enough to be taken for one ".repeat(90));
  }

  private static void cut(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  private static void delete(Path directory) throws IOException {
    assertTrue(DemoMesh.remove(directory));
  }
}
