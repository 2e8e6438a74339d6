package dev.meshkit.cli;

import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Sent;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One durable message. */
@Command(
    name = "send",
    description = "Queue a message for a node. Durable once this returns 0.",
    footer = {
      "",
      "Examples:",
      "  meshkit send --to n2 -d hello",
      "  meshkit send --to us/n4 -d @letter.txt --class control --ttl 10m --wait delivered"
    })
final class SendCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "NODE",
      description = "A member's name, or region/name: that one need not have been seen yet.")
  private String to = "";

  @Mixin private final Payload payload;

  @Mixin private final Carriage carriage = new Carriage("send");

  /** A verb that asks through {@code ask}. */
  SendCommand(Ask ask) {
    this.ask = ask;
    this.payload = new Payload("send");
  }

  @Override
  public Integer call() {
    var request =
        SendRequest.newBuilder()
            .setTo(to)
            .setMessageKind(payload.kind())
            .setBody(payload.body(ask.console()))
            .setWait(carriage.wait(ask))
            .setTravel(carriage.travel())
            .build();
    var sent =
        ask.once("sending to " + to, Carriage.DOUBT, carriage.more(), node -> node.send(request));
    ask.print(sent.orThrow(), SendCommand::text);
    return ExitCode.DONE.status();
  }

  private static String text(Sent sent) {
    var state = sent.getState() == Sent.State.DELIVERED ? "delivered" : "queued";
    return state
        + "  "
        + sent.getId()
        + "  to "
        + Text.safe(sent.getTo())
        + "  token "
        + sent.getToken()
        + "\n";
  }
}
