package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.HandOver;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.VoterOrder;
import dev.meshkit.control.proto.ChangeVotersRequest.Op;
import dev.meshkit.queue.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leaders and voters moved by hand: what the node is asked, what is printed, how it ends. */
class LeadersVerbsTest {
  private static final String ACTOR = System.getProperty("user.name") + "@n1";
  private static final Duration WITHIN = Duration.ofMillis(7_500); // of the 10 s of --timeout

  @TempDir private Path directory;

  private final FakeNode node = new FakeNode();
  private AdminServer server;

  @BeforeEach
  void open() throws IOException {
    var data = Files.createDirectories(directory.resolve("data/n1"));
    server = AdminServer.open(data.resolve("admin.sock"), node).orThrow();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Shell.Ran run(String line) {
    return Shell.in(directory).run(line.split(" "));
  }

  /** O13: a hand-over prints the fence and the gap; a try asks for neither. */
  @Test
  void aTransferPrintsTheGap() {
    var ran = run("leaders transfer region/eu --to n2 --reason disk");
    assertEquals("region/eu  n1→n2  fence 1.9  gap 12ms\n", ran.out(), ran.err());
    ran = run("leaders transfer global --reason disk --dry-run");
    assertEquals("would hand global from n1 to the next in rank\n", ran.out(), ran.err());
    ran = run("leaders step-down global --reason disk --dry-run --timeout 2s");
    assertEquals("would hand global from n1 to whoever wins\n", ran.out(), ran.err());
    var by = new Audit(ACTOR, "disk");
    assertEquals(
        List.of(
            new HandOver("region/eu", "n2", false, by, false, WITHIN),
            new HandOver("global", "", false, by, true, WITHIN),
            new HandOver("global", "", true, by, true, Duration.ofMillis(1_500))),
        node.handed);
  }

  /** What was seen of leaders, and nothing else. */
  @Test
  void historyIsTheEventsOfLeaders() {
    var ran = run("leaders --history 24h");
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(ran.out().contains("leader.elected"), ran.out());
    assertFalse(ran.out().contains("member.alive"), ran.out());
    assertEquals(2, run("leaders --history soon").exit());
  }

  @Test
  void votersAreChangedOneAtATime() {
    var ran = run("leaders voters region/eu rank n2 5 --reason disk");
    assertEquals("done: rank n2 5 in region/eu   version 9007199254740992\n", ran.out(), ran.err());
    assertEquals(0, run("leaders voters region/eu add n3 --reason grow").exit());
    assertEquals(0, run("leaders voters region/eu add n3 255 --reason grow --dry-run").exit());
    assertEquals(0, run("leaders voters region/eu remove n3 --reason gone").exit());
    var grow = new Audit(ACTOR, "grow");
    assertEquals(
        List.of(
            new VoterOrder("region/eu", Op.RANK, "n2", 5, new Audit(ACTOR, "disk"), false, WITHIN),
            new VoterOrder("region/eu", Op.ADD, "n3", 10, grow, false, WITHIN),
            new VoterOrder("region/eu", Op.ADD, "n3", 255, grow, true, WITHIN),
            new VoterOrder(
                "region/eu", Op.REMOVE, "n3", 10, new Audit(ACTOR, "gone"), false, WITHIN)),
        node.voting);
  }

  /** Without a change it shows who votes, and how many of them may be lost. */
  @Test
  void votersAreShown() {
    assertEquals(
        """
        view of n1 · 4/5 agree
        VOTER  RANK  REACHABLE  LEADS
        n1     10    yes        yes
        n2     10    no         -
        record 0/0.1   1 of 2 needed reachable, margin -1
        autopilot waits: 2 of 3 voters, and 0 ready
        """,
        run("leaders voters region/eu").out());
    var ran = run("leaders voters region/mars");
    assertEquals(3, ran.exit(), ran.err());
    assertTrue(ran.err().contains("this node knows no scope 'region/mars'"), ran.err());
    assertEquals(List.of(), node.voting);
  }

  /** O9: nobody leads, a rule refuses, or nobody knows: each has its exit status. */
  @Test
  void whatDoesNotHappenHasItsExitStatus() {
    var exits =
        List.of(
            new Refusal("error.no_leader", 5),
            new Refusal("error.precondition", 6),
            new Refusal("error.conflict", 6),
            new Refusal("error.timeout", 7));
    for (var one : exits) {
      node.refusal =
          Optional.of(MeshError.of(one.code(), "tried", "why", "fix", MeshError.Retry.SAFE));
      for (var verb :
          List.of(
              "leaders transfer global --reason x",
              "leaders step-down global --reason x",
              "leaders voters global remove n2 --reason x"))
        assertEquals(one.exit(), run(verb).exit(), verb + " " + one.code());
    }
  }

  /** Confirmed by the cluster's name, which a person types, or a script vouches for. */
  @Test
  void aRecoveryIsConfirmedByTheClustersName() {
    assertEquals(2, run("recover region/eu --yes").exit()); // no reason
    assertEquals(2, run("recover region/eu --reason burnt").exit()); // nobody to ask
    assertEquals(List.of(), node.recovered);
    var words = "recover region/eu --reason burnt".split(" ");
    var ran = Shell.in(directory).atTerminal().typing("dev-7qx2\n").run(words);
    assertEquals("began generation 2 of region/eu without n1, n2\n", ran.out(), ran.err());
    ran = run("recover region/eu --reason burnt --dry-run");
    assertEquals("would begin generation 2 of region/eu without n1, n2\n", ran.out(), ran.err());
    assertEquals(0, run("recover global --reason burnt --yes").exit());
    var by = new Audit(ACTOR, "burnt");
    assertEquals(
        List.of(
            new Recovery("region/eu", "dev-7qx2", by, false, WITHIN),
            new Recovery("region/eu", "dev-7qx2", by, true, WITHIN),
            new Recovery("global", "dev-7qx2", by, false, WITHIN)),
        node.recovered);
  }

  private record Refusal(String code, int exit) {}
}
