package dev.meshkit.cli;

import dev.meshkit.control.proto.BroadcastRequest;
import dev.meshkit.control.proto.Broadcasted;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One durable message for each member. */
@Command(
    name = "broadcast",
    description =
        "Queue a message for each other member that the node sees now: for all or none. Durable"
            + " once this returns 0.",
    footer = {
      "",
      "Examples:",
      "  meshkit broadcast -d hello",
      "  meshkit broadcast --region eu --kind orders -d @order.json"
    })
final class BroadcastCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Only to the members of this region; default: to all.")
  private String region = "";

  @Mixin private final Payload payload = new Payload("broadcast");

  /** A verb that asks through {@code ask}. */
  BroadcastCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var request =
        BroadcastRequest.newBuilder()
            .setRegion(region)
            .setMessageKind(payload.kind())
            .setBody(payload.body(ask.console()))
            .build();
    var sent = ask.once("broadcasting", node -> node.broadcast(request));
    ask.print(sent.orThrow(), BroadcastCommand::text);
    return ExitCode.DONE.status();
  }

  private static String text(Broadcasted sent) {
    if (sent.getItemsCount() == 0) return "queued for nobody: no other member is seen there\n";
    var text = new StringBuilder();
    for (var copy : sent.getItemsList()) {
      text.append("queued  ")
          .append(copy.getId())
          .append("  to ")
          .append(Text.safe(copy.getTo()))
          .append("  token ")
          .append(copy.getToken())
          .append('\n');
    }
    return text.toString();
  }
}
