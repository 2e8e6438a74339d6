package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Sent;
import java.time.Duration;
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
      "  meshkit send --to us/n4 -d @letter.txt --wait delivered"
    })
final class SendCommand implements Callable<Integer> {
  /** What to wait for. */
  enum Wait {
    /** The commit here. */
    enqueued,
    /** The receipt from there. */
    delivered
  }

  /** The node's own wait ends first, so that its text says what goes on, not a dropped call's. */
  private static final Duration REPLY_MARGIN = Duration.ofSeconds(2);

  @Mixin private final Ask ask;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "NODE",
      description = "A member's name, or region/name: that one need not have been seen yet.")
  private String to = "";

  @Mixin private final Payload payload;

  @Option(
      names = "--wait",
      paramLabel = "UNTIL",
      description = "enqueued (default), or delivered: until the receiver has applied it.")
  private Wait wait = Wait.enqueued;

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
            .setBody(payload.body(ask.console()));
    if (wait == Wait.delivered) request.setWait(Envelope.duration(ask.timeout()));
    var more = wait == Wait.delivered ? REPLY_MARGIN : Duration.ZERO;
    var sent = ask.once("sending to " + to, more, node -> node.send(request.build()));
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
