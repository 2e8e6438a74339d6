package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A worker was given a task. */
@Name("meshkit.QueueLease")
@Label("Queue Lease")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class QueueLeaseEvent extends Event {
  @Label("Message Id")
  String messageId = "";

  @Label("Lane")
  String lane = "";

  @Label("Attempt")
  int attempt;

  @Label("Wait")
  @Timespan(Timespan.MILLISECONDS)
  long wait;

  @Label("Expired")
  boolean expired;

  /**
   * A lease.
   *
   * @param messageId the message
   * @param lane its lane
   * @param attempt which attempt, from 1
   * @param waitMillis since it was enqueued
   * @param expired whether the lease before this one ran out
   */
  public record Leased(
      String messageId, String lane, int attempt, long waitMillis, boolean expired) {}

  /** The setting {@code atLeast}: how long a task must have waited to be recorded. */
  @SettingDefinition
  @Name("atLeast")
  @Label("At Least")
  boolean atLeast(AtLeast setting) {
    return setting.isMet(wait);
  }

  /** Whether any recording may want one: else what it says need not be put together. */
  public static boolean isWanted() {
    return new QueueLeaseEvent().isEnabled();
  }

  /** Records it, if a recording wants it. */
  public static void emit(Leased leased) {
    var event = new QueueLeaseEvent();
    if (!event.isEnabled()) return;
    event.messageId = leased.messageId();
    event.lane = leased.lane();
    event.attempt = leased.attempt();
    event.wait = leased.waitMillis();
    event.expired = leased.expired();
    event.commit();
  }
}
