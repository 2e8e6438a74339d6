package dev.meshkit.cli;

import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.control.proto.BackupRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A copy of a running node's messages. */
@Command(
    name = "backup",
    description = {
      "Copy a running node's mesh.db, whole and checked, to a file on the node's own host.",
      "The file must not exist; <file>.manifest says what it is. Needs twice its size of free room."
    },
    footer = {
      "",
      "Examples:",
      "  meshkit backup /backups/n1.db",
      "  meshkit backup n1.db --data ./data/n1 -o json"
    })
final class BackupCommand implements Callable<Integer> {
  /** For a large database on a slow disk; a node that ends ends the wait. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  @Mixin private final Ask ask;

  @Parameters(paramLabel = "FILE", description = "Where the copy goes.")
  private String file = "";

  /** A verb that asks through {@code ask}. */
  BackupCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var to = ask.console().directory().resolve(file).toAbsolutePath().normalize();
    var order = BackupRequest.newBuilder().setFile(to.toString()).build();
    var taken = ask.once("backing up", PATIENCE, node -> node.backup(order)).orThrow();
    ask.print(taken, BackupCommand::text);
    return ExitCode.DONE.status();
  }

  private static String text(BackedUp taken) {
    return "backed up  "
        + Text.safe(taken.getFile())
        + "   "
        + taken.getBytes()
        + " bytes   commit "
        + taken.getBatch()
        + " of store "
        + taken.getStore()
        + "\n";
  }
}
