package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.StackTrace;

/** A message arrived; this is what the inbox made of it. */
@Name("meshkit.InboxVerdict")
@Label("Inbox Verdict")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class InboxVerdictEvent extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Lane")
  String lane = "";

  @Label("Verdict")
  String verdict = "";

  /** The setting {@code applied}: whether applied messages are recorded too. */
  @SettingDefinition
  @Name("applied")
  @Label("Applied")
  boolean applied(YesOrNo setting) {
    return setting.yes() || !verdict.equals("APPLIED");
  }

  /** Whether any recording may want one: else what it says need not be put together. */
  public static boolean isWanted() {
    return new InboxVerdictEvent().isEnabled();
  }

  /** Records it, if a recording wants it. */
  public static void emit(String peer, String lane, String verdict) {
    var event = new InboxVerdictEvent();
    if (!event.isEnabled()) return;
    event.peer = peer;
    event.lane = lane;
    event.verdict = verdict;
    event.commit();
  }
}
