package dev.meshkit.cli;

import dev.meshkit.control.proto.LeadersRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who leads each scope. */
@Command(
    name = "leaders",
    description =
        "List the scopes a node knows: leader, fence, margin, and the last change's cause.",
    synopsisSubcommandLabel = "[transfer|step-down|voters]",
    footer = {
      "",
      "Examples:",
      "  meshkit leaders --data ./data/n4 -o json",
      "  meshkit leaders --watch=500ms"
    })
final class LeadersCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  /** The verb with its own verbs. */
  static CommandLine line(Console console) {
    return new CommandLine(new LeadersCommand(new Ask(console)))
        .addSubcommand(new LeadersTransferCommand(new Ask(console)))
        .addSubcommand(new LeadersStepDownCommand(new Ask(console)))
        .addSubcommand(new LeadersVotersCommand(new Ask(console)));
  }

  /** A verb that asks through {@code ask}. */
  LeadersCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    var asked = LeadersRequest.getDefaultInstance();
    return watch.show(ask, "listing the leaders", node -> node.leaders(asked), Lists::leaders);
  }
}
