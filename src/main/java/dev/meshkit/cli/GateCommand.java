package dev.meshkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which version of each change runs. */
@Command(
    name = "gate",
    description = "Show which version of each change runs where and why, and have another run.",
    synopsisSubcommandLabel = "(list|show|plan|set|rollback|freeze|thaw|retire|explain)",
    footer = {
      "",
      "Examples:",
      "  meshkit gate list",
      "  meshkit gate plan meshkit::transport::us --version 1"
    })
final class GateCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new GateCommand())
        .addSubcommand(new GateListCommand(new Ask(console)))
        .addSubcommand(new GateShowCommand(new Ask(console)))
        .addSubcommand(new GatePlanCommand(new Ask(console)))
        .addSubcommand(new GateSetCommand(new Ask(console)))
        .addSubcommand(new GateRollbackCommand(new Ask(console)))
        .addSubcommand(new GateFreezeCommand(new Ask(console)))
        .addSubcommand(new GateThawCommand(new Ask(console)))
        .addSubcommand(new GateRetireCommand(new Ask(console)))
        .addSubcommand(new GateExplainCommand(new Ask(console)));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "want list, show, plan, set, rollback, freeze, thaw, retire or explain");
  }
}
