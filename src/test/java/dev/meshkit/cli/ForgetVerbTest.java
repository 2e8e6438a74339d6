package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O12, Q39: how {@code meshkit forget} reads. */
class ForgetVerbTest {
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

  @Test
  void itSaysWhatEndsAndWhereThatStands() {
    assertEquals(
        "forgot us/n4: 3 messages in 1 lane dead, 2 once resumed   audit 9\n",
        run("forget us/n4 --reason burnt").out());
    assertEquals(
        "would forget us/n4: 3 messages in 1 lane dead, 2 once resumed\n",
        run("forget us/n4 --reason burnt --dry-run").out());
    assertEquals(
        "waits for us/n4 again   audit 9\n", run("forget us/n4 --reason back --undo").out());
    assertEquals(
        "would wait for us/n4 again\n", run("forget us/n4 --reason back --undo --dry-run").out());
  }

  @Test
  void aNodeThatLivesIsAPrecondition() {
    node.refusal =
        Optional.of(
            MeshError.of(
                "error.precondition",
                "forgetting us/n4",
                "this node sees it alive",
                "stop it",
                MeshError.Retry.NEVER));
    var ran = run("forget us/n4 --reason burnt");
    assertEquals(6, ran.exit(), ran.err());
    assertTrue(ran.err().contains("why   this node sees it alive\n"), ran.err());
  }

  /** Each node has its own outbox, which its help says. */
  @Test
  void theHelpSaysWhoseMessagesEnd() {
    var help = run("forget --help").out();
    assertTrue(help.contains("on the node that is asked"), help);
    assertTrue(help.contains("ask each that has something for it"), help);
  }
}
