package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.EventQuery;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.LeadersRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      "  meshkit leaders --history 24h"
    })
final class LeadersCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  @Option(
      names = "--history",
      paramLabel = "DURATION",
      description = "Instead, what this node saw of leaders since: 24h.")
  private Duration history = Duration.ZERO;

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
    if (history.isNegative()) {
      throw new MeshException(
          Ask.usage("leaders", "--history is negative", "say how far back: --history 24h"));
    }
    if (history.isPositive()) return history();
    var asked = LeadersRequest.getDefaultInstance();
    return watch.show(ask, "listing the leaders", node -> node.leaders(asked), Lists::leaders);
  }

  private int history() throws InterruptedException {
    var asked =
        EventsRequest.newBuilder()
            .setType("leader.*")
            .setLimit(EventQuery.MOST)
            .setSince(Envelope.duration(history))
            .build();
    return watch.show(ask, "listing leaders", node -> node.events(asked).next(), Lists::events);
  }
}
