package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.HandOverRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes one node lead no more. */
@Command(
    name = "step-down",
    description =
        "Make the node that is asked lead a scope no more, even if nobody is ready to follow.",
    footer = {
      "",
      "Examples:",
      "  meshkit leaders step-down region/eu --data ./data/n1 --reason 'its disk is slow'",
      "  meshkit leaders step-down global --reason 'its disk is slow' --dry-run"
    })
final class LeadersStepDownCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(paramLabel = "SCOPE", description = "global, or region/NAME.")
  private String scope = "";

  /** A verb that asks through {@code ask}. */
  LeadersStepDownCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        HandOverRequest.newBuilder()
            .setScope(scope)
            .setStepDown(true)
            .setReason(change.reason("leaders step-down"))
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "stepping down in " + scope,
        change.doubt("leaders"),
        node -> node.handOver(order),
        done -> LeadersTransferCommand.text(done, "whoever wins"));
  }
}
