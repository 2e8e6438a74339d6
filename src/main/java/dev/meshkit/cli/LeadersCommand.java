package dev.meshkit.cli;

import dev.meshkit.control.proto.LeadersRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who leads each scope. */
@Command(
    name = "leaders",
    description =
        "List the scopes a node knows: leader, fence, margin, and the last change's cause.",
    footer = {"", "Examples:", "  meshkit leaders", "  meshkit leaders --data ./data/n4 -o json"})
final class LeadersCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  /** A verb that asks through {@code ask}. */
  LeadersCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = LeadersRequest.getDefaultInstance();
    return ask.show("listing the leaders", node -> node.leaders(asked), Lists::leaders);
  }
}
