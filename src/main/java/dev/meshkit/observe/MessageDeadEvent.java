package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A message became poison. */
@Name("meshkit.MessageDead")
@Label("Message Dead")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class MessageDeadEvent extends Event {
  @Label("Message Id")
  String messageId = "";

  @Label("Kind")
  String kind = "";

  @Label("Lane")
  String lane = "";

  @Label("Reason")
  String reason = "";

  @Label("Code")
  String code = "";

  @Label("Attempts")
  int attempts;

  /**
   * A message and its end.
   *
   * @param messageId the message
   * @param kind its topic
   * @param lane its lane
   * @param reason EXHAUSTED, PERMANENT, EXPIRED and so on
   * @param code of the last failure
   * @param attempts charged attempts
   */
  public record Death(
      String messageId, String kind, String lane, String reason, String code, int attempts) {}

  /** Records it, if a recording wants it. */
  public static void emit(Death death) {
    var event = new MessageDeadEvent();
    if (!event.isEnabled()) return;
    event.messageId = death.messageId();
    event.kind = death.kind();
    event.lane = death.lane();
    event.reason = death.reason();
    event.code = death.code();
    event.attempts = death.attempts();
    event.commit();
  }
}
