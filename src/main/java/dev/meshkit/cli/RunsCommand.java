package dev.meshkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which runs there are. */
@Command(
    name = "runs",
    description = "Show the runs of a node, and give one up that cannot end.",
    synopsisSubcommandLabel = "(list|abandon)",
    footer = {
      "",
      "Examples:",
      "  meshkit runs list --state open",
      "  meshkit runs abandon shop::tax::v2::rollup/2026-11-22 --reason 'its build is gone'"
    })
final class RunsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new RunsCommand())
        .addSubcommand(new RunsListCommand(new Ask(console)))
        .addSubcommand(new RunsAbandonCommand(new Ask(console)));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "want list or abandon");
  }
}
