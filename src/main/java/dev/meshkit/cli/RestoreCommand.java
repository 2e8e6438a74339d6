package dev.meshkit.cli;

import dev.meshkit.control.StoreFiles;
import dev.meshkit.control.proto.Restored;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a stopped node's messages out of a backup; asks nobody. */
@Command(
    name = "restore",
    description = {
      "Make mesh.db of a stopped node out of a backup. A mesh.db that is there must be moved away.",
      "What it sends is paused: it may have been sent after the backup. Then: meshkit queue resume."
    },
    footer = {
      "",
      "Examples:",
      "  meshkit restore /backups/n1.db --data ./data/n1 --reason 'disk failed' --dry-run",
      "  meshkit restore /backups/n1.db --data ./data/n1 --reason 'disk failed'"
    })
final class RestoreCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final Change change = new Change();

  @Parameters(paramLabel = "FILE", description = "The backup, its manifest beside it.")
  private String file = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The data directory of the node.")
  private String data = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl.")
  private Output output = Output.table;

  /** A verb that prints to {@code console}. */
  RestoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var by = System.getProperty("user.name") + ": " + change.reason("restore");
    var at = console.directory();
    var order = new StoreFiles.Restore(at.resolve(file), at.resolve(data), by, change.dryRun());
    var done = StoreFiles.restore(order).orThrow();
    switch (output) {
      case json -> console.out().println(Json.pretty(done));
      case jsonl -> console.out().println(Json.line(done));
      case table -> console.out().print(text(done));
    }
    return ExitCode.DONE.status();
  }

  private static String text(Restored done) {
    var word = done.getDryRun() ? "would restore  " : "restored  ";
    var paused =
        done.getDryRun()
            ? ""
            : "mesh-out is paused: look what waits (meshkit queue), then meshkit queue resume --all\n";
    return word + Text.safe(done.getFile()) + " from " + Text.safe(done.getFrom()) + "\n" + paused;
  }
}
