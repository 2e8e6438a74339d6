package dev.meshkit.cli;

import dev.meshkit.control.proto.GatesRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All changes that a node knows. */
@Command(
    name = "list",
    description =
        "List the changes a node knows: version, rollout, record, and who changed it last.",
    footer = {"", "Examples:", "  meshkit gate list", "  meshkit gate list --watch -o jsonl"})
final class GateListCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  /** A verb that asks through {@code ask}. */
  GateListCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    var asked = GatesRequest.getDefaultInstance();
    return watch.show(ask, "listing the gates", node -> node.gates(asked), GateTexts::list);
  }
}
