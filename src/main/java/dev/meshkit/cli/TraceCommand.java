package dev.meshkit.cli;

import dev.meshkit.control.proto.TraceRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What one message went through. */
@Command(
    name = "trace",
    description =
        "Show what a message went through on the node that sent it: each attempt and how it ended."
            + " The last 24 h and 100,000 steps; [queue] trace turns it on, --dev has it on.",
    footer = {
      "",
      "Examples:",
      "  meshkit trace 4097",
      "  meshkit trace 4097 --data data/n1 -o jsonl"
    })
final class TraceCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Parameters(paramLabel = "ID", description = "As send, broadcast and poison list print it.")
  private long id;

  /** A verb that asks through {@code ask}. */
  TraceCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = TraceRequest.newBuilder().setId(id).build();
    return ask.show("tracing message " + id, node -> node.trace(asked), Lists::trace);
  }
}
