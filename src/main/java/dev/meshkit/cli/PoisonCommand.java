package dev.meshkit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Messages that died, their revival and their removal. */
@Command(
    name = "poison",
    description = "List, show, revive and remove messages that died.",
    synopsisSubcommandLabel = "(list|show|redrive|purge)",
    footer = {
      "",
      "Examples:",
      "  meshkit poison list",
      "  meshkit poison redrive 17 --reason 'handler fixed'"
    })
final class PoisonCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new PoisonCommand())
        .addSubcommand(new PoisonListCommand(new Ask(console)))
        .addSubcommand(new PoisonShowCommand(new Ask(console)))
        .addSubcommand(new PoisonRedriveCommand(new Ask(console)))
        .addSubcommand(new PoisonPurgeCommand(new Ask(console)));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "want list, show, redrive or purge");
  }
}
