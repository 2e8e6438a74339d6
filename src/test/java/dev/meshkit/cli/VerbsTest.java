package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.meshkit.api.MeshError;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.PauseOrder;
import dev.meshkit.control.PoisonOrder;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.SocketPath;
import dev.meshkit.queue.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every client verb against a real admin socket: output, exit codes, errors (O8, O9, O11). */
class VerbsTest {
  @TempDir private Path directory;
  private static final List<String> TABLES =
      """
      status,members,leaders,gate list,gate show shop::tax,gate plan shop::tax --version 3,\
      effects list,effects show shop::pay::v1::42,queue,poison list,poison show 17,events,trace 17"""
          .transform(lines -> List.of(lines.split(",")));
  private static final String ACTOR = System.getProperty("user.name") + "@n1";

  private final FakeNode node = new FakeNode();
  private AdminServer server;

  @BeforeEach
  void aNodeListens() throws IOException {
    var data = Files.createDirectories(directory.resolve("data/n1"));
    server = AdminServer.open(SocketPath.of(data, Map.of()), node).orThrow();
  }

  @AfterEach
  void itStops() {
    server.close();
  }

  /** O8: each kind has a golden file; -Dmeshkit.golden=write rewrites them. */
  @ParameterizedTest
  @CsvSource({
    "NodeStatus, status",
    "MemberList, members",
    "LeaderList, leaders",
    "HandedOver, leaders transfer region/eu --to n2 --reason disk",
    "VotersChanged, leaders voters region/eu rank n2 5 --reason disk",
    "Recovered, recover region/eu --reason burnt --yes",
    "GateList, gate show shop::tax",
    "GatePlan, gate plan meshkit::transport::us --version 1 --percent 50",
    "GateChanged, gate set meshkit::transport::us --version 1 --reason disk",
    "GateExplanation, gate explain shop::tax --subject acme",
    "EffectList, effects list",
    "EffectResolved, effects resolve shop::pay::v1::42 charge#2 --as done --reason bank",
    "RunList, runs list",
    "RunAbandoned, runs abandon shop::pay::v1::42 --reason gone",
    "Forgot, forget us/n4 --reason burnt",
    "QueueList, queue",
    "PoisonList, poison list",
    "PoisonMessage, poison show 17",
    "Redriven, poison redrive 17 --reason mended",
    "Purged, poison purge 17 --reason old --yes",
    "Paused, queue pause us/n4 --reason disk",
    "BackedUp, backup /backups/n1.db",
    "EventList, events",
    "TraceList, trace 17",
    "Sent, send --to n4 -d hello",
    "Broadcasted, broadcast --region eu -d hello"
  })
  void jsonOfEachKindIsItsGoldenFile(String kind, String line) throws IOException {
    var ran = Shell.in(directory).run((line + " -o json").split(" "));
    assertEquals(0, ran.exit(), ran.err());
    assertEquals("", ran.err());
    assertEquals(golden(kind, ran.out()), ran.out());
    assertEquals(
        kind, JsonParser.parseString(ran.out()).getAsJsonObject().get("kind").getAsString());
  }

  /** Zeros are written, 64-bit integers are strings, absent optional fields are absent (O8). */
  @Test
  void jsonWritesZerosAndKeepsLargeIntegersWhole() {
    var json = JsonParser.parseString(Shell.in(directory).run("members", "-o", "json").out());
    var n4 = json.getAsJsonObject().getAsJsonArray("items").get(1).getAsJsonObject();
    assertEquals(
        "\"9007199254740993\"",
        json.getAsJsonObject()
            .getAsJsonArray("items")
            .get(0)
            .getAsJsonObject()
            .get("generation")
            .toString());
    assertEquals("0", n4.get("incarnation").toString());
    assertEquals("\"0.000450s\"", n4.get("rtt").toString());
    assertFalse(n4.has("certNotAfter"));
    assertEquals("\"2026-01-02T03:04:05.006Z\"", json.getAsJsonObject().get("asOf").toString());
  }

  @Test
  void jsonlIsAnItemALine() {
    var ran = Shell.in(directory).run("members", "-o", "jsonl");
    assertEquals(2, ran.out().lines().count());
    assertEquals(
        "n4",
        JsonParser.parseString(ran.out().lines().toList().get(1))
            .getAsJsonObject()
            .get("node")
            .getAsString());
  }

  /** O11, and: a peer's name reaches the terminal without its escape. */
  @Test
  void tablesSayWhoAnsweredAndCarryNoEscape() {
    for (var verb : TABLES) {
      var ran = Shell.in(directory).run(verb.split(" "));
      assertEquals(0, ran.exit(), ran.err());
      assertTrue(ran.out().startsWith("view of n1 · 4/5 agree\n"), verb + ": " + ran.out());
      assertFalse(ran.out().contains("\u001b"), verb);
      assertEquals("", ran.err());
    }
  }

  /** O8: how fast a lane moves, when it is empty, and what keeps it. */
  @Test
  void theQueueTableShowsHowFastALaneMovesAndWhatKeepsIt() {
    var lines = Shell.in(directory).run("queue").out().lines().toList();
    assertTrue(
        lines.get(1).endsWith("HEAD AGE  IN/S  OUT/S  DRAINED IN  BLOCKED BY"), lines.get(1));
    assertTrue(
        lines.get(2).endsWith("61s       0.25  2.5    52s         MK-NET-001 peer"), lines.get(2));
  }

  @Test
  void theLeaderTableShowsFenceMarginAndCause() {
    var lines = Shell.in(directory).run("leaders").out().lines().toList();
    assertEquals(
        "SCOPE      STATE      LEADER  FENCE  FOR  LEFT   VOTERS  MARGIN  CHANGE", lines.get(1));
    assertEquals(
        "region/eu  LED        n1      1.8    60s  420ms  n1 n2!  -1      TIMEOUT n3→n1 gap 700ms",
        lines.get(2));
    assertEquals(
        "global     NO_QUORUM  none    -      -    -      -       -       -", lines.get(3));
    assertEquals("global: nobody is known to lead", lines.get(4));
  }

  /** O9: each status of a node's refusal has its exit code. */
  @ParameterizedTest
  @CsvSource({
    "error.validation, 2, MK-CLI-001",
    "error.not_found, 3, MK-CLI-008",
    "error.denied, 4, MK-AUTH-001",
    "error.unavailable, 5, MK-NET-001",
    "error.queue.full, 5, MK-QUE-001",
    "error.conflict, 6, MK-NODE-007",
    "error.timeout, 7, MK-CLI-007",
    "error.store.io, 1, MK-STO-001"
  })
  void aRefusalHasItsExitCodeAndThreeLines(String code, int exit, String mk) {
    node.refusal =
        Optional.of(
            MeshError.of(code, "the thing tried", "the reason", "the cure", MeshError.Retry.SAFE));
    var ran = Shell.in(directory).run("queue");
    assertEquals(exit, ran.exit());
    assertEquals("", ran.out());
    assertEquals("error " + mk + " the thing tried\nwhy   the reason\nfix   the cure\n", ran.err());
  }

  /** O10: with -o json an error parses, and says how it ends. */
  @Test
  void aRefusalAsJsonParses() {
    node.refusal =
        Optional.of(
            MeshError.of("error.conflict", "a", "b", "c", MeshError.Retry.NEVER)
                .with("mk", "MK-GAT-003"));
    var error =
        JsonParser.parseString(Shell.in(directory).run("queue", "-o", "json").err())
            .getAsJsonObject();
    assertEquals(
        "{\"apiVersion\":\"meshkit/v1\",\"kind\":\"Error\",\"code\":\"MK-GAT-003\",\"error\":\"error.conflict\",\"what\":\"a\",\"why\":\"b\",\"fix\":\"c\",\"retry\":\"NEVER\",\"exit\":6}",
        error.toString());
  }

  @Test
  void aDeadMessageThatIsNotThereIsExitThree() {
    assertEquals(3, Shell.in(directory).run("poison", "show", "18").exit());
  }

  @Test
  void sendTakesItsBodyFromTextFileAndInput() throws IOException {
    Files.writeString(directory.resolve("letter"), "from a file");
    var shell = Shell.in(directory).typing("from input");
    assertEquals(0, shell.run("send", "--to", "n4", "-d", "text").exit());
    assertEquals(0, shell.run("send", "--to", "us/n4", "-d", "@letter", "--kind", "note").exit());
    assertEquals(0, shell.run("send", "--to", "us/n9", "-d", "-").exit());
    assertEquals("text", node.sent.get(0).body().utf8());
    assertEquals("from a file", node.sent.get(1).body().utf8());
    assertEquals("note", node.sent.get(1).topic());
    assertEquals("from input", node.sent.get(2).body().utf8());
  }

  /**
   * An {@code @} is a body out of a file, though the library for arguments has a use for it too.
   */
  @Test
  void aFileOfSeveralWordsIsOneBody() throws IOException {
    assertTrue(Files.exists(Path.of("pom.xml")), "of this name where this JVM runs, too");
    Files.writeString(directory.resolve("pom.xml"), "# two\nlines of --words");
    var ran = Shell.in(directory).run("send", "--to", "n4", "-d", "@pom.xml");
    assertEquals(0, ran.exit(), ran.err());
    assertEquals("# two\nlines of --words", node.sent.getFirst().body().utf8());
  }

  @Test
  void aBodyThatCannotBeReadIsNamed() {
    for (var file : List.of("nowhere", ".")) {
      var ran = Shell.in(directory).run("send", "--to", "n4", "-d", "@" + file);
      assertEquals(2, ran.exit());
      assertTrue(ran.err().startsWith("error MK-CLI-001 meshkit send: reading " + file), ran.err());
    }
    assertEquals(0, node.sent.size());
  }

  /** O14: the answer says whether the receipt is there. */
  @Test
  void sendSaysWhatItWaitedFor() {
    var queued = Shell.in(directory).run("send", "--to", "n4", "-d", "x");
    var delivered = Shell.in(directory).run("send", "--to", "n4", "-d", "x", "--wait", "delivered");
    assertTrue(
        queued.out().startsWith("queued  9007199254740993  to n4  token 0011"), queued.out());
    assertTrue(delivered.out().startsWith("delivered  9007199254740993"), delivered.out());
  }

  @Test
  void sendToAStrangersNameIsNotFound() {
    var ran = Shell.in(directory).run("send", "--to", "n7", "-d", "x");
    assertEquals(3, ran.exit());
    assertTrue(ran.err().contains("this node knows n1, n4"), ran.err());
  }

  @Test
  void aBodyOverOneMebibyteIsRefusedBeforeItIsSent() throws IOException {
    Files.write(directory.resolve("big"), new byte[(1 << 20) + 1]);
    assertEquals(2, Shell.in(directory).run("send", "--to", "n4", "-d", "@big").exit());
    assertEquals(0, node.sent.size());
  }

  /** O15: a redrive names what, how fast and why, and the node learns who asked. */
  @Test
  void redriveCarriesItsRateReasonAndActor() {
    var ran =
        Shell.in(directory)
            .run(
                "poison",
                "redrive",
                "--kind",
                "orders",
                "--code",
                "error.exception",
                "--rate",
                "50/s",
                "--reason",
                "mended",
                "--dry-run");
    assertEquals("would redrive  3, 2 may not come back: MK-QUE-002\n", ran.out());
    var what = new PoisonOrder.AllOf("orders", "error.exception");
    assertEquals(
        new Redrive(
            new PoisonOrder(what, new Audit(ACTOR, "mended"), true, Duration.ofMillis(7_500)),
            50,
            0,
            "",
            false,
            false),
        node.redriven.getFirst());
  }

  /** O15 Where and as what they come back is said in options; the answer names its audit. */
  @Test
  void redriveSaysHowManyWhereAndAsWhat() {
    var ran =
        Shell.in(directory)
            .run(
                ("poison redrive 17 --max 9 --to-lane us/n5 --head --as-new --timeout 2s"
                        + " --reason mended")
                    .split(" "));
    assertEquals("redriven  3   audit 7\n", ran.out(), ran.err());
    var order =
        new PoisonOrder(
            new PoisonOrder.One(17), new Audit(ACTOR, "mended"), false, Duration.ofMillis(1_500));
    assertEquals(new Redrive(order, 0, 9, "us/n5", true, true), node.redriven.getFirst());
  }

  /** A purge asks a person, and where nobody is to be asked it wants to be told. */
  @Test
  void purgeNeedsAReasonATargetAndConsent() {
    var shell = Shell.in(directory);
    assertEquals(2, shell.run("poison", "purge", "17", "--yes").exit());
    assertEquals(2, shell.run("poison", "purge", "--yes", "--reason", "x").exit());
    var unasked = shell.run("poison", "purge", "17", "--reason", "x");
    assertEquals(2, unasked.exit());
    assertTrue(unasked.err().endsWith("fix   add --yes\n"), unasked.err());
    assertEquals(List.of(), node.purged);
    var tried = shell.run("poison", "purge", "17", "--reason", "x", "--dry-run");
    assertEquals("would purge  2\n", tried.out(), tried.err());
    assertEquals(
        "purged  2   audit 8\n",
        shell.run("poison purge --kind orders --code error.x --reason old --yes".split(" ")).out());
    var patience = Duration.ofMillis(7_500);
    var all = new PoisonOrder.AllOf("orders", "error.x");
    assertEquals(
        List.of(
            new PoisonOrder(new PoisonOrder.One(17), new Audit(ACTOR, "x"), true, patience),
            new PoisonOrder(all, new Audit(ACTOR, "old"), false, patience)),
        node.purged);
  }

  /** At a terminal only the word yes is consent. */
  @Test
  void aPersonIsAskedBeforeAPurge() {
    var no = Shell.in(directory).typing("y\n").atTerminal();
    assertEquals(2, no.run("poison", "purge", "17", "--reason", "x").exit());
    assertEquals(List.of(), node.purged);
    var yes = Shell.in(directory).typing("yes\n").atTerminal();
    var ran = yes.run("poison", "purge", "17", "--reason", "x");
    assertEquals(0, ran.exit(), ran.err());
    assertEquals("remove dead message 17 for good? yes or no: ", ran.err());
  }

  /** Q24 A pause names a lane, a peer or all, says why, and stands in the audit. */
  @Test
  void pauseAndResumeNameALaneAReasonAndAnActor() {
    var shell = Shell.in(directory);
    assertEquals(2, shell.run("queue", "pause", "us/n4").exit());
    assertEquals(2, shell.run("queue", "pause", "--reason", "x").exit());
    assertEquals(2, shell.run("queue", "resume", "us/n4", "--all", "--reason", "x").exit());
    assertEquals(List.of(), node.paused);
    var ran = shell.run("queue", "pause", "us/n4", "--reason", "disk");
    assertEquals("paused  us/n4/bulk   audit 9\n", ran.out(), ran.err());
    ran = shell.run("queue", "resume", "--all", "--reason", "done", "--dry-run");
    assertEquals("would resume  us/n4/bulk\n", ran.out(), ran.err());
    assertEquals(
        List.of(
            new PauseOrder("us/n4", false, new Audit(ACTOR, "disk"), false),
            new PauseOrder("", true, new Audit(ACTOR, "done"), true)),
        node.paused);
  }

  @Test
  void redriveWithoutAReasonOrTargetChangesNothing() {
    assertEquals(2, Shell.in(directory).run("poison", "redrive", "17").exit());
    assertEquals(2, Shell.in(directory).run("poison", "redrive", "--reason", "x").exit());
    assertEquals(
        2,
        Shell.in(directory)
            .run("poison", "redrive", "17", "--kind", "k", "--code", "c", "--reason", "x")
            .exit());
    assertEquals(0, node.redriven.size());
  }

  @Test
  void eventsAreChosenByNumberAndType() {
    var later =
        Shell.in(directory).run("events", "--after", "41", "--type", "leader.*", "-o", "jsonl");
    assertEquals(1, later.out().lines().count());
    assertTrue(later.out().contains("\"seq\":\"42\""), later.out());
  }

  /** A node that hangs costs the caller its timeout and no more. */
  @Test
  void aNodeThatDoesNotAnswerIsATimeout() {
    node.gate = new CountDownLatch(1);
    var ran = Shell.in(directory).run("queue", "--timeout", "250ms");
    node.gate.countDown();
    assertEquals(7, ran.exit());
    assertTrue(ran.err().startsWith("error MK-CLI-007 listing the queue\n"), ran.err());
  }

  private static String golden(String kind, String actual) throws IOException {
    var file = Path.of("src/test/resources/dev/meshkit/cli/golden/" + kind + ".json");
    if (System.getProperty("meshkit.golden", "").equals("write")) Files.writeString(file, actual);
    return Files.readString(file);
  }
}
