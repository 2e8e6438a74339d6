package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.SendOptions;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.SentCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** O9, O14 How a message travels and what is waited for, as send and broadcast are told. */
class CarriageTest {
  @TempDir private Path directory;

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

  /** Each copy has a line, and that there is none is said too. */
  @Test
  void broadcastNamesEachCopyItQueued() {
    var shell = Shell.in(directory);
    var sent = shell.run("broadcast", "--kind", "note", "-d", "x");
    assertEquals("queued  7  to n2  token 00112233445566778899aabbccddeeff\n", sent.out());
    assertEquals("note", node.sent.getLast().topic());
    var nobody = shell.run("broadcast", "--region", "nowhere", "-d", "x");
    assertEquals(0, nobody.exit(), nobody.err());
    assertEquals("queued for nobody: no other member is seen there\n", nobody.out());
    var bad = shell.run("broadcast", "--kind", "no kind", "-d", "x");
    assertTrue(bad.err().contains("is no kind"), bad.err());
    var no = shell.run("broadcast", "--region", "eu/n2", "-d", "x");
    assertEquals(2, no.exit(), no.err());
    assertTrue(no.err().contains("'eu/n2' can be no region"), no.err());
  }

  /** O14: waited for, each copy says how it ended, and the exit status says the worst of them. */
  @ParameterizedTest
  @CsvSource({
    "DELIVERED, 0, 'delivered  7  to n2  token 00112233445566778899aabbccddeeff'",
    "ENQUEUED, 7, 'queued  7  to n2  token 00112233445566778899aabbccddeeff'",
    "DEAD, 1, 'dead  7  to n2  token 00112233445566778899aabbccddeeff  REFUSED so'",
    "SUPERSEDED, 6, 'superseded  7  to n2  token 00112233445566778899aabbccddeeff'",
    "DROPPED, 6, 'dropped  7  to n2  token 00112233445566778899aabbccddeeff'"
  })
  void broadcastWaitsForEachCopy(SentCopy.State state, int exit, String line) {
    node.copyState = state;
    var ran = Shell.in(directory).run("broadcast", "-d", "x", "--wait", "delivered");
    assertEquals(exit, ran.exit(), ran.err());
    assertEquals(line + "\n", ran.out());
    var tells =
        Map.of(
                0,
                "",
                1,
                "poison list",
                6,
                "1 of 1 copies were superseded",
                7,
                "go on by themselves")
            .get(exit);
    assertTrue(ran.err().contains(tells), ran.err());
    assertEquals(exit == 0, ran.err().isEmpty());
  }

  /** How it travels is said in options, by both verbs that send. */
  @Test
  void aMessageTravelsAsItsOptionsSay() {
    var shell = Shell.in(directory);
    for (var verb : List.of("send --to n4", "broadcast")) {
      for (var how : List.of("", " --class control --ttl 10m", " --class state --key price")) {
        var ran = shell.run((verb + " -d x" + how).split(" "));
        assertEquals(0, ran.exit(), ran.err());
      }
    }
    var each =
        List.of(
            SendOptions.BULK,
            SendOptions.CONTROL.withTtl(Duration.ofMinutes(10)),
            SendOptions.state("price"));
    assertEquals(each, node.travels.subList(0, 3));
    assertEquals(each, node.travels.subList(3, 6));
  }

  /**
   * O9: what makes no sense is exit 2 with what is wrong and what to write, and nothing is sent.
   */
  @ParameterizedTest
  @CsvSource({
    "--class urgent, bulk",
    "--class state, 'so nothing tells what it replaces'",
    "--key price, 'one of class bulk replaces none'",
    "--class control --key price, 'one of class control replaces none'",
    "--ttl 0s, '--ttl is zero: it would be dead before it is sent'",
    "--ttl 366d, 'a time to live of 31622400 s is not between 0 and 365 d'",
    "--ttl soon, 'is no duration'",
    "--wait read, delivered"
  })
  void howAMessageCannotTravelIsNamed(String how, String why) {
    for (var verb : List.of("send --to n4", "broadcast")) {
      var ran = Shell.in(directory).run((verb + " -d x " + how).split(" "));
      assertEquals(2, ran.exit(), ran.err());
      assertTrue(ran.err().startsWith("error MK-CLI-001 "), ran.err());
      assertTrue(ran.err().contains(why), ran.err());
    }
    assertEquals(List.of(), node.sent);
  }

  /** A key is bounded, for it is an index of the database. */
  @Test
  void aKeyOfAnyLengthIsRefused() {
    var key = "k".repeat(257);
    var ran = Shell.in(directory).run("broadcast", "-d", "x", "--class", "state", "--key", key);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("257 characters; the limit is 256"), ran.err());
  }
}
