package dev.meshkit.cli;

import dev.meshkit.control.StoreFiles;
import dev.meshkit.control.proto.StoreReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a database or a backup is; asks nobody. */
@Command(
    name = "inspect",
    description = {
      "Show what a database or a backup holds, and whether it is whole. Asks no node, changes nothing.",
      "Of a node that runs, inspect a backup. Exit status 11: it is damaged."
    },
    footer = {
      "",
      "Examples:",
      "  meshkit inspect /backups/n1.db",
      "  meshkit inspect ./data/n1/mesh.db -o json"
    })
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FILE", description = "mesh.db, election.db, or a backup.")
  private String file = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl.")
  private Output output = Output.table;

  /** A verb that prints to {@code console}. */
  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var report = StoreFiles.inspect(console.directory().resolve(file)).orThrow();
    switch (output) {
      case json -> console.out().println(Json.pretty(report));
      case jsonl -> console.out().println(Json.line(report));
      case table -> console.out().print(text(report));
    }
    return report.getFindingsCount() == 0 ? ExitCode.DONE.status() : ExitCode.CHECKS_FAIL.status();
  }

  private static String text(StoreReport report) {
    var text = new StringBuilder();
    line(text, "file", report.getFile() + "   " + report.getBytes() + " bytes");
    line(text, "schema", String.valueOf(report.getSchema()));
    line(text, "store", report.getStore());
    line(text, "of", (report.getNode() + "   " + report.getCluster()).strip());
    line(text, "commits", report.getBatch() + " in " + report.getBoot() + " starts");
    for (var queue : report.getQueuesList()) {
      line(text, "queue", queue(queue));
    }
    if (report.getFindingsCount() == 0) line(text, "check", "whole");
    report.getFindingsList().forEach(found -> line(text, "damage", found));
    return text.toString();
  }

  private static String queue(StoreReport.QueueReport queue) {
    var held =
        "%s   %d lanes   %d live (%d leased)   %d dead   %d bytes"
            .formatted(
                queue.getQueue(),
                queue.getLanes(),
                queue.getLive(),
                queue.getLeased(),
                queue.getDead(),
                queue.getBytes());
    return queue.getPausedBy().isEmpty() ? held : held + "   paused by " + queue.getPausedBy();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-8s ".formatted(name)).append(Text.safe(value)).append('\n');
  }
}
