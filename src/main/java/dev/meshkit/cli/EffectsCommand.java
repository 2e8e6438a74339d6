package dev.meshkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What runs have done. */
@Command(
    name = "effects",
    description = "Show what runs have done, and say what became of a call nobody knows of.",
    synopsisSubcommandLabel = "(list|show|resolve)",
    footer = {
      "",
      "Examples:",
      "  meshkit effects list --state in-doubt",
      "  meshkit effects show shop::tax::v2::rollup/2026-11-22"
    })
final class EffectsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new EffectsCommand())
        .addSubcommand(new EffectsListCommand(new Ask(console)))
        .addSubcommand(new EffectsShowCommand(new Ask(console)))
        .addSubcommand(new EffectsResolveCommand(new Ask(console)));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "want list, show or resolve");
  }
}
