package dev.meshkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flight recordings of nodes. */
@Command(
    name = "jfr",
    description = "Read flight recordings of nodes. Asks no node.",
    synopsisSubcommandLabel = "(report)",
    footer = {
      "",
      "Examples:",
      "  meshkit jfr report n1.jfr",
      "  meshkit jfr report n1.jfr n2.jfr n3.jfr -o json"
    })
final class JfrCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new JfrCommand()).addSubcommand(new JfrReportCommand(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "want report");
  }
}
