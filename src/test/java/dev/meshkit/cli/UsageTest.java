package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.SocketPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What happens before a node is asked: help, misspelt words, and which node is meant (O7, O9). */
class UsageTest {
  @TempDir private Path directory;

  /** O9, O12: before a node is asked, since it would stand in an audit. */
  @Test
  void aReasonIsOneShortLine() {
    var line = "a reason is one line without control characters";
    var wrong =
        Map.of(
            "two\nlines",
            line,
            "an escape \u001b[2J",
            line,
            "x".repeat(1_001),
            "a reason has at most 1000 characters, not 1001");
    wrong.forEach(
        (reason, why) -> {
          var ran = Shell.in(directory).run("queue", "pause", "out", "--reason", reason);
          assertEquals(2, ran.exit(), ran.err());
          assertTrue(ran.err().startsWith("error MK-CLI-001 meshkit queue pause"), ran.err());
          assertTrue(ran.err().contains("why   " + why), ran.err());
        });
  }

  /** O7: unknown verbs and options get did-you-mean and exit 2. */
  @ParameterizedTest
  @CsvSource({
    "staus, did you mean status?",
    "leader, did you mean leaders?",
    "poison lst, did you mean list?",
    "members --tiemout=1s, did you mean --timeout?",
    "frobnicate, see meshkit --help",
    "--version, meshkit version",
  })
  void misspeltWordsAreAnsweredWithTheNearest(String line, String fix) {
    var ran = Shell.in(directory).run(line.split(" "));
    assertEquals(2, ran.exit());
    assertEquals("", ran.out());
    var lines = ran.err().lines().toList();
    assertEquals(3, lines.size(), ran.err());
    assertTrue(lines.get(0).startsWith("error MK-CLI-001 meshkit"), ran.err());
    assertEquals("fix   " + fix, lines.get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "poison",
    "send",
    "broadcast",
    "trace",
    "trace abc",
    "status --timeout soon",
    "members -o xml",
    "poison show abc",
    "status --timeout 0s",
    "events --limit 0",
    "events --follow --watch",
    "queue --watch=soon",
    "members --watch=0s",
    "poison list --watch=2d",
    "status --watch",
    "poison list --limit -1",
    "poison redrive 1 --reason x --rate 0/s",
    "poison redrive 1 --reason x --max -1",
    "poison purge --kind k --reason x --yes",
    "queue pause --reason x",
    "queue frobnicate",
    "leaders transfer --reason x",
    "leaders transfer region/eu",
    "leaders step-down region/eu",
    "leaders voters",
    "leaders voters region/eu add",
    "leaders voters region/eu add n2",
    "leaders voters region/eu rank n2 --reason x",
    "leaders voters region/eu rank n2 256 --reason x",
    "leaders voters region/eu rank n2 -1 --reason x",
    "leaders voters region/eu promote n2 --reason x",
    "gate",
    "gate show",
    "gate plan c --percent 101",
    "gate plan c --percent half",
    "gate plan c --version -1",
    "gate set c --version 2",
    "gate set c --version 4294967298 --reason x",
    "gate rollback c",
    "gate rollback c --to -1 --reason x",
    "gate freeze c",
    "gate thaw c",
    "gate retire c --reason x",
    "gate retire c --below 0 --reason x",
    "gate explain",
    "effects",
    "effects list --state open",
    "effects list --limit 501",
    "effects show",
    "runs",
    "runs list --state parked",
    "runs list --limit 501",
    "runs abandon r",
    "runs abandon --reason x",
    "forget",
    "forget n4",
    "forget --reason x",
    "effects resolve r s --reason x",
    "effects resolve r s --as perhaps --reason x",
    "effects resolve r s --as done",
    "effects resolve r s --as failed --value x --reason x",
    "effects resolve r s --as failed --value-hex 00 --reason x",
    "effects resolve r s --as done --value x --value-hex 00 --reason x",
    "effects resolve r s --as done --value-hex 00 --value-hex 01 --reason x",
    "effects resolve r s --as done --value-hex 0 --reason x",
    "effects resolve r s --as done --value-hex 0x --reason x",
    "backup",
    "inspect",
    "restore x.db --data d",
    "restore x.db --reason x",
    "restore x.db --data d --reason x"
  })
  void argumentsThatMakeNoSenseAreExitTwo(String line) {
    var args = line.isEmpty() ? new String[0] : line.split(" ");
    var ran = Shell.in(directory).run(args);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error MK-CLI-001 "), ran.err());
  }

  /** What nobody would guess from "no such option", and what would found a mesh by mistake. */
  @Test
  void aMissingVerbAndAMissingPeerAreNamed() {
    var shell = Shell.in(directory);
    var poison = shell.run("poison", "--data", "d");
    assertEquals(2, poison.exit());
    assertTrue(
        poison.err().contains("no option --data before a verb: list, show, redrive, purge"),
        poison.err());
    var nobody =
        shell.run("agent", "--dev", "--name", "n1", "--region", "eu", "--data", "d", "--join", ",");
    assertEquals(2, nobody.exit(), nobody.err());
    assertTrue(nobody.err().contains("fix   name one: --join HOST:PORT"), nobody.err());
    assertTrue(Files.notExists(directory.resolve("d")));
  }

  /** 4294967297 is 1 and 99999999999 is 1215752191 to whoever keeps 32 bits of it. */
  @ParameterizedTest
  @CsvSource({
    "events --limit 4294967297, '4294967297 is not between 1 and 10000'",
    "poison list --limit 99999999999, '99999999999 is not between 1 and 1000'",
    "poison list --limit -4294967295, '-4294967295 is not between 1 and 1000'",
    "events --limit 9999999999999999999, has more than 18 digits",
    "events --after 1e3, is no whole number"
  })
  void aNumberThatIsTooLargeIsNamedAndNotCut(String line, String why) {
    var ran = Shell.in(directory).run(line.split(" "));
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error MK-CLI-001 "), ran.err());
    assertTrue(ran.err().contains(why), ran.err());
  }

  /** An empty value is a shell variable that was not set; only a body, or one in hex, may be. */
  @Test
  void anEmptyValueIsRefused() {
    for (var option : List.of("--data", "--socket", "--timeout")) {
      var ran = Shell.in(directory).run("members", option, "");
      assertEquals(2, ran.exit(), ran.err());
    }
    var ran = Shell.in(directory).run("agent", "--dev", "--data", "");
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("why   --data is given, and empty\n"), ran.err());
    assertEquals(5, Shell.in(directory).run("send", "--to", "n1", "-d", "").exit());
  }

  @Test
  void misuseAsJsonParses() {
    var ran = Shell.in(directory).run("members", "-o", "json", "--bogus");
    var error = JsonParser.parseString(ran.err()).getAsJsonObject();
    assertEquals("MK-CLI-001", error.get("code").getAsString());
    assertEquals(2, error.get("exit").getAsInt());
  }

  /** O7: every verb has help with two examples; each example parses. */
  @Test
  void everyVerbHasHelpWithTwoExamplesThatParse() {
    for (var verb : verbs(Main.commands(Console.system()), new ArrayList<>())) {
      var ran = Shell.in(directory).run((verb + " --help").trim().split(" "));
      assertEquals(0, ran.exit(), verb);
      assertFalse(ran.out().contains("\u001b"), verb);
      var examples =
          ran.out().lines().filter(l -> l.startsWith("  meshkit ")).map(String::strip).toList();
      assertEquals(2, examples.size(), verb + "\n" + ran.out());
      for (var example : examples) {
        Main.commands(Console.system()).parseArgs(words(example));
      }
    }
  }

  /** Target: no node anywhere is exit 5 and says how to start one. */
  @Test
  void withoutANodeTheErrorSaysHowToStartOne() {
    var ran = Shell.in(directory).run("status");
    assertEquals(5, ran.exit());
    assertTrue(ran.err().startsWith("error MK-CLI-002 finding the node\n"), ran.err());
  }

  /** Target: a socket file that a dead node left is not a live one. */
  @Test
  void theOneLiveNodeUnderDataIsMeantAndSeveralAreListed() throws IOException {
    Files.createDirectories(directory.resolve("data/n0"));
    Files.createFile(directory.resolve("data/n0/admin.sock"));
    try (var n1 = open("data/n1")) {
      assertEquals(0, Shell.in(directory).run("status").exit());
      try (var n2 = open("data/n2")) {
        var ran = Shell.in(directory).run("status");
        assertEquals(2, ran.exit());
        assertEquals(
            """
            error MK-CLI-003 finding the node
            why   2 nodes run under ./data
            fix   say which: --data data/n1 | --data data/n2
            """,
            ran.err());
        assertEquals(0, Shell.in(directory).run("status", "--data", "data/n2").exit());
        assertEquals(
            0, Shell.in(directory).run("status", "--socket", n2.socket().toString()).exit());
        var named = Map.of("MESHKIT_SOCKET", n1.socket().toString());
        assertEquals(0, Shell.in(directory).with(named).run("status").exit());
      }
    }
    assertEquals(5, Shell.in(directory).run("status", "--data", "data/n1").exit());
    assertEquals(2, Shell.in(directory).run("status", "--data", "a", "--socket", "b").exit());
  }

  /** Target: the kernel takes 107 bytes; both sides compute the same short stand-in. */
  @Test
  void aLongPathIsAnsweredThroughItsStandIn() throws IOException {
    var runtime = Files.createDirectories(directory.resolve("run"));
    var environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
    var home = directory.resolve("d".repeat(90));
    var data = Files.createDirectories(home.resolve("data/n1"));
    var socket = SocketPath.of(data, environment);
    assertTrue(socket.startsWith(runtime), socket.toString());
    try (var server = AdminServer.open(socket, new FakeNode()).orThrow()) {
      var shell = Shell.in(home).with(environment);
      assertEquals(0, shell.run("status", "--data", data.toString()).exit());
      assertEquals(0, shell.run("status").exit());
      assertTrue(Files.notExists(data.resolve("admin.sock")), server.socket().toString());
    }
  }

  @Test
  void versionAsksNobody() {
    var ran = Shell.in(directory).run("version", "-o", "json");
    var version = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertEquals("Version", version.get("kind").getAsString());
    assertEquals(System.getProperty("java.version"), version.get("jdk").getAsString());
    assertTrue(Shell.in(directory).run("version").out().startsWith("MeshKit "));
  }

  private AdminServer open(String data) throws IOException {
    var dir = Files.createDirectories(directory.resolve(data));
    return AdminServer.open(SocketPath.of(dir, Map.of()), new FakeNode()).orThrow();
  }

  private static List<String> verbs(CommandLine verb, List<String> found) {
    found.add(verb.getCommandSpec().qualifiedName().replaceFirst("meshkit ?", ""));
    verb.getSubcommands().values().forEach(sub -> verbs(sub, found));
    return found;
  }

  private static String[] words(String example) {
    return Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(example)
        .results()
        .skip(1)
        .map(m -> m.group(1) == null ? m.group(2) : m.group(1))
        .toArray(String[]::new);
  }
}
