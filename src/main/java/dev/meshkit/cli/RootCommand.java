package dev.meshkit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meshkit} without a verb. */
@Command(
    name = "meshkit",
    description = "Hosts find each other, agree who leads, and hand each other work.",
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "Examples:",
      "  meshkit agent --dev --name n1 --region eu --data ./data/n1",
      "  meshkit members -o json"
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a verb is missing");
  }
}
