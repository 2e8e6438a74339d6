package dev.meshkit.cli;

import dev.meshkit.control.proto.StatusRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One node's own state. */
@Command(
    name = "status",
    description = "Show a node's state, health, listeners and counts. Needs no peer and no quorum.",
    footer = {"", "Examples:", "  meshkit status", "  meshkit status --data ./data/n2 -o json"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  /** A verb that asks through {@code ask}. */
  StatusCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = StatusRequest.getDefaultInstance();
    return ask.show("reading the status", node -> node.status(asked), StatusView::text);
  }
}
