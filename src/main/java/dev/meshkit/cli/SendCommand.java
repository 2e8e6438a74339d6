package dev.meshkit.cli;

import com.google.protobuf.ByteString;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Sent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Which handler it is for; default: message.")
  private String kind = "message";

  @Option(
      names = {"-d", "--body"},
      required = true,
      paramLabel = "TEXT|@FILE|-",
      description = "The body: a text, a file's content, or standard input; at most 1 MiB.")
  private String body = "";

  @Option(
      names = "--wait",
      paramLabel = "UNTIL",
      description = "enqueued (default), or delivered: until the receiver has applied it.")
  private Wait wait = Wait.enqueued;

  /** A verb that asks through {@code ask}. */
  SendCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var request =
        SendRequest.newBuilder()
            .setTo(to)
            .setMessageKind(kind)
            .setBody(ByteString.copyFrom(bytes()));
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

  private byte[] bytes() {
    try {
      if (body.equals("-")) return limited(ask.console().in());
      if (!body.startsWith("@")) return body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      var file = ask.console().directory().resolve(Path.of(body.substring(1)));
      try (var in = Files.newInputStream(file)) {
        return limited(in);
      }
    } catch (IOException unreadable) {
      throw new MeshException(unread(unreadable));
    }
  }

  private MeshError unread(IOException failure) {
    var why =
        switch (failure) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "this user may not read it";
          default -> String.valueOf(failure.getMessage());
        };
    var what = body.equals("-") ? "standard input" : body.substring(1);
    return Ask.usage("send: reading " + what, why, "name a file, or quote a text without its @");
  }

  private static byte[] limited(InputStream in) throws IOException {
    var read = in.readNBytes(Message.MAX_BODY_BYTES + 1);
    if (read.length <= Message.MAX_BODY_BYTES) return read;
    throw new MeshException(
        Ask.usage(
            "send", "the body is larger than 1 MiB", "split it, or send where it can be fetched"));
  }
}
