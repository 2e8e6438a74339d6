package dev.meshkit.cli;

import dev.meshkit.control.proto.PoisonMessage;
import java.util.TreeMap;

/** A dead message as a page. */
final class PoisonView {
  private PoisonView() {}

  /** The page; a body that is no text shows as hexadecimal. */
  static String text(PoisonMessage message) {
    var dead = message.getItem();
    var text = new StringBuilder();
    text.append(Lists.view(message.getAnsweredBy(), message.getAgree(), message.getKnown()));
    line(text, "id", dead.getId() + "   message " + dead.getMessageId());
    line(
        text, "kind", dead.getKind() + "   lane " + dead.getLane() + "   queue " + dead.getQueue());
    line(
        text,
        "died",
        dead.getReason() + "   " + dead.getCode() + "   " + Text.of(dead.getDiedAt()));
    line(text, "why", dead.getText());
    line(
        text,
        "lived",
        dead.getAttempts()
            + " attempts   "
            + dead.getCrashes()
            + " crashes   "
            + dead.getRedrives()
            + " redrives   since "
            + Text.of(dead.getEnqueuedAt()));
    new TreeMap<>(message.getHeadersMap())
        .forEach((name, value) -> line(text, "header", name + ": " + value));
    for (var a : message.getHistoryList()) {
      line(
          text,
          "attempt " + a.getAttempt(),
          Text.of(a.getAt()) + "   " + a.getPeer() + "   " + a.getCode() + "   " + a.getText());
    }
    message.getStack().lines().forEach(at -> line(text, "stack", at.strip()));
    var body = message.getBody();
    line(
        text,
        "body",
        Text.bytes(dead.getBodyBytes())
            + "   "
            + (body.isValidUtf8()
                ? body.toStringUtf8()
                : java.util.HexFormat.of().formatHex(body.toByteArray())));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-12s", name)).append(Text.safe(value)).append('\n');
  }
}
