package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent as a process: how it begins, what it refuses to begin with, and how it ends. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AgentProcessTest {
  private static final Pattern NODE_LINE =
      Pattern.compile(
          "MeshKit \\S+   node n1   region eu   cluster dev-\\S+   data \\S*data/n1 \\(new\\)"
              + "   ready in [0-9].*");

  private static final Pattern MESH_LINE =
      Pattern.compile(
          "  mesh 127[.]0[.]0[.]1:[1-9][0-9]+ udp[+]tcp   http (off|http://\\S+/metrics)"
              + "   leads \\S+ \\(term [0-9]+\\), \\S+ \\(term [0-9]+\\)");

  @TempDir private Path directory;

  /**
   * O1, O31: alone it leads, queues a message for a stranger, and SIGTERM ends it in order with
   * exit 0.
   */
  @Test
  void aloneItLeadsTakesAMessageAndEndsInOrder() throws IOException, InterruptedException {
    try (var agent = Child.start(directory, alone())) {
      var banner = agent.awaitLine("MeshKit ");
      assertTrue(NODE_LINE.matcher(banner).matches(), banner);
      var mesh = agent.awaitLine("  mesh ");
      assertTrue(MESH_LINE.matcher(mesh).matches(), mesh);
      agent.awaitLine(
          "next  meshkit agent --dev --name n2 --region us --data data/n2 --join 127.0");
      var shell = Shell.in(directory);
      await().until(() -> leads(shell, "global") && leads(shell, "region/eu"));
      var sent =
          shell.run("send", "--to", "n1", "-d", "hello", "--wait", "delivered", "--timeout", "60s");
      assertEquals(0, sent.exit(), sent.err());
      assertEquals(List.of("hello"), Letters.in(directory.resolve("data/n1")));
      assertTrue(shell.run("events").out().contains("leader.elected"));
      waitsForAHandler(shell);
      agent.signal("TERM");
      assertEquals(0, agent.exit(), agent.err());
      assertTrue(Files.notExists(directory.resolve("data/n1/admin.sock")));
      assertEquals(5, shell.run("status").exit());
    }
  }

  /** A terminal that is closed ends it in order. */
  @Test
  void aHangUpEndsItInOrder() throws IOException, InterruptedException {
    try (var agent = Child.start(directory, alone())) {
      agent.awaitLine("next");
      agent.signal("HUP");
      assertEquals(0, agent.exit(), agent.err());
      assertTrue(agent.err().contains("SIGHUP: stopping"), agent.err());
    }
  }

  /** T36: a daemon with a file reads it again, and goes by its listen.versions at once. */
  @Test
  void aDaemonReadsItsFileAgainAtAHangUp() throws IOException, InterruptedException {
    var file = directory.resolve("meshkit.toml");
    var listen = "[listen]\nlegacy = \"127.0.0.1:0\"\nversions = [%s]\n";
    Files.writeString(file, listen.formatted(""));
    var args = new java.util.ArrayList<>(List.of(alone()));
    args.addAll(List.of("--config", file.toString()));
    try (var agent = Child.start(directory, args.toArray(String[]::new))) {
      agent.awaitLine("next");
      var shell = Shell.in(directory);
      var before = legacy(shell);
      // when the file permits version 1, the port is bound; other changes are named, and wait
      Files.writeString(
          file, listen.formatted("\"eu=1-2@1\"") + "[gossip]\ninterval = \"300ms\"\n");
      agent.signal("HUP");
      await().until(() -> !legacy(shell).isEmpty());
      await().until(() -> agent.err().contains("SIGHUP: the identity was read again"));
      await().until(() -> agent.err().contains("these wait for a restart: gossip.interval"));
      // and what is wrong changes nothing
      Files.writeString(file, listen.formatted("\"eu=2-1\""));
      agent.signal("HUP");
      await().until(() -> agent.err().contains("MK-CFG-006"));
      assertFalse(legacy(shell).isEmpty());
      Files.writeString(file, listen.formatted("\"eu=2\""));
      agent.signal("HUP");
      await().until(() -> legacy(shell).isEmpty());
      assertEquals("", before);
      agent.signal("TERM");
      assertEquals(0, agent.exit(), agent.err());
    }
  }

  private static String legacy(Shell shell) {
    var status = shell.run("status", "-o", "json");
    assertEquals(0, status.exit(), status.err());
    return com.google.gson.JsonParser.parseString(status.out())
        .getAsJsonObject()
        .getAsJsonObject("listeners")
        .get("legacy")
        .getAsString();
  }

  /** What is removed at the end of standard input is a demo's, never anything else. */
  @Test
  void noOtherDirectoryIsRemoved() throws IOException, InterruptedException {
    var mine = Files.createDirectory(directory.resolve("mine"));
    var args = new java.util.ArrayList<>(List.of(alone()));
    args.addAll(List.of("--supervised", "--scratch", mine.toString()));
    try (var agent = Child.start(directory, args.toArray(String[]::new))) {
      assertEquals(2, agent.exit(), agent.err());
      assertTrue(agent.err().startsWith("error "), agent.err());
    }
    assertTrue(Files.exists(mine) && Files.notExists(directory.resolve("data")));
  }

  /**
   * O2: supervised, Ctrl-C and a hang-up do nothing, and the end of its parent ends it without a
   * trace.
   */
  @Test
  void supervisedItOutlivesCtrlCButNotItsParent() throws IOException, InterruptedException {
    var scratch = Files.createDirectories(directory.resolve("meshkit-demo-1/data")).getParent();
    var args = new java.util.ArrayList<>(List.of(alone()));
    args.addAll(List.of("--supervised", "--scratch", scratch.toString()));
    try (var agent = Child.start(directory, args.toArray(String[]::new))) {
      agent.awaitLine("next");
      agent.signal("INT");
      agent.signal("HUP"); // comes with the end of the parent's terminal, and must not cut short
      assertEquals(0, Shell.in(directory).run("status", "--timeout", "60s").exit());
      agent.process().getOutputStream().close();
      assertEquals(0, agent.exit(), agent.err());
      assertTrue(Files.notExists(scratch));
    }
  }

  /** A configuration that cannot be: exit 2, line and column, nothing on disk. */
  @Test
  void aMisspeltKeyIsNamedWithItsPlaceAndNothingIsWritten()
      throws IOException, InterruptedException {
    Files.writeString(directory.resolve("m.toml"), "[node]\nnmae = \"n1\"\n");
    try (var agent =
        Child.start(directory, "agent", "--dev", "--config", "m.toml", "--data", "data/n1")) {
      assertEquals(2, agent.exit());
      assertTrue(agent.err().contains("m.toml:2:1: error MK-CFG-001"), agent.err());
      assertTrue(agent.err().contains("did you mean `name`?"), agent.err());
      var last = agent.err().lines().skip(3).toList();
      assertEquals(
          List.of(
              "why   a mistake in the configuration: nothing was started, and nothing on disk was"
                  + " changed",
              "fix   write `name`"),
          last);
      assertTrue(Files.notExists(directory.resolve("data")));
    }
  }

  /** Even the default address, if somebody asks for it: it is not moved to loopback in silence. */
  @Test
  void aDevelopmentNodeThatOtherHostsReachIsRefused() {
    var ran =
        Shell.in(directory)
            .run(
                "agent", "--dev", "--data", "data/n1", "--listen", "0.0.0.0:7443", "--http", "off");
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error MK-CFG-009 start a --dev node at 0.0.0.0:7443\n"));
    assertTrue(ran.err().contains("\nfix   leave --listen (listen.mesh) out, or "), ran.err());
    assertTrue(Files.notExists(directory.resolve("data")));
  }

  @Test
  void aTakenPortIsExitOneAndNamesTheKey() throws IOException, InterruptedException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      var at = "127.0.0.1:" + taken.getLocalPort();
      try (var agent =
          Child.start(
              directory,
              "agent",
              "--dev",
              "--data",
              "data/n1",
              "--http",
              at,
              "--listen",
              "127.0.0.1:0")) {
        assertEquals(1, agent.exit(), agent.err());
        assertTrue(agent.err().contains("error MK-NODE-002 "), agent.err());
        assertTrue(agent.err().contains("http.listen"), agent.err());
        var holder = "why   the port is in use by process " + ProcessHandle.current().pid() + " (";
        assertTrue(agent.err().contains(holder), agent.err());
        assertTrue(
            agent.err().contains("fix   stop that process, or set http.listen"), agent.err());
        assertFalse(Files.exists(directory.resolve("data")), "nothing was written");
      }
    }
  }

  /** UDP alone is enough: nothing on disk is made for a node that cannot listen. */
  @Test
  void aTakenMeshPortIsExitOneAndWritesNothing() throws IOException, InterruptedException {
    try (var taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      var at = "127.0.0.1:" + taken.getLocalPort();
      try (var agent =
          Child.start(
              directory, "agent", "--dev", "--data", "data/n1", "--http", "off", "--listen", at)) {
        assertEquals(1, agent.exit(), agent.err());
        assertTrue(agent.err().startsWith("error MK-NODE-002 "), agent.err());
        assertTrue(agent.err().contains(Long.toString(ProcessHandle.current().pid())), agent.err());
        assertFalse(Files.exists(directory.resolve("data")), "nothing was written");
      }
    }
  }

  /** A second process on one data directory: exit 6 with the first one's pid; the first goes on. */
  @Test
  void aDirectoryInUseIsAConflict() throws IOException, InterruptedException {
    try (var first = Child.start(directory, alone())) {
      first.awaitLine("next");
      try (var second = Child.start(directory, alone())) {
        assertEquals(6, second.exit(), second.err());
        assertTrue(second.err().startsWith("error MK-NODE-006 "), second.err());
        assertTrue(second.err().contains(Long.toString(first.process().pid())), second.err());
        assertFalse(second.err().contains("\tat "), second.err());
      }
      assertEquals(0, Shell.in(directory).run("status", "--timeout", "60s").exit());
    }
  }

  /** O14: what is not delivered in time stays queued, and the queue says what it waits for. */
  private static void waitsForAHandler(Shell shell) {
    var sent =
        shell.run(
            "send",
            "--to",
            "n1",
            "--kind",
            "odd",
            "-d",
            "x",
            "--wait",
            "delivered",
            "--timeout",
            "1s");
    assertEquals(7, sent.exit(), sent.err());
    assertTrue(sent.err().contains("why   it is queued, and was not applied"), sent.err());
    var lane =
        Pattern.compile("mesh-out +eu/n1 +bulk +HELD .* error.topic.unknown .*nobody here.*");
    await().until(() -> lane.matcher(shell.run("queue", "--timeout", "60s").out()).find());
  }

  /** Under load a lone leader may lapse and be elected again: what counts is that it leads. */
  private static boolean leads(Shell shell, String scope) {
    var ran = shell.run("leaders", "--timeout", "60s");
    return ran.out().lines().anyMatch(line -> line.matches(scope + " +LED +n1 .*"));
  }

  private static String[] alone() {
    return new String[] {
      "agent",
      "--dev",
      "--name",
      "n1",
      "--region",
      "eu",
      "--data",
      "data/n1",
      "--listen",
      "127.0.0.1:0",
      "--http",
      "127.0.0.1:0"
    };
  }
}
