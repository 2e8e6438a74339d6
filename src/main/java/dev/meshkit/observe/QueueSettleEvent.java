package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.StackTrace;

/** A leased task was settled. */
@Name("meshkit.QueueSettle")
@Label("Queue Settle")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class QueueSettleEvent extends Event {
  @Label("Message Id")
  String messageId = "";

  @Label("Lane")
  String lane = "";

  @Label("Attempt")
  int attempt;

  @Label("Outcome")
  String outcome = "";

  @Label("Code")
  String code = "";

  /**
   * A task and what became of it.
   *
   * @param messageId the message
   * @param lane its lane
   * @param attempt which attempt, from 1
   * @param outcome ACK, RETRY, SNOOZE, RELEASE, UNREACHABLE, POISON, STALE or CANCEL
   * @param code of the failure; empty for ACK
   */
  public record Settled(String messageId, String lane, int attempt, String outcome, String code) {}

  /** The setting {@code acks}: whether acknowledged tasks are recorded too. */
  @SettingDefinition
  @Name("acks")
  @Label("Acks")
  boolean acks(YesOrNo setting) {
    return setting.yes() || !outcome.equals("ACK");
  }

  /** Whether any recording may want one: else what it says need not be put together. */
  public static boolean isWanted() {
    return new QueueSettleEvent().isEnabled();
  }

  /** Records it, if a recording wants it. */
  public static void emit(Settled settled) {
    var event = new QueueSettleEvent();
    if (!event.isEnabled()) return;
    event.messageId = settled.messageId();
    event.lane = settled.lane();
    event.attempt = settled.attempt();
    event.outcome = settled.outcome();
    event.code = settled.code();
    event.commit();
  }
}
