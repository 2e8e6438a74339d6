package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Dead messages were given another life. */
@Name("meshkit.Redrive")
@Label("Redrive")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class RedriveEvent extends Event {
  @Label("Filter")
  String filter = "";

  @Label("Count")
  long count;

  @Label("Actor")
  String actor = "";

  /**
   * Records it, if a recording wants it.
   *
   * @param filter which of the dead, and how
   * @param count how many came back
   * @param actor who wanted it
   */
  public static void emit(String filter, long count, String actor) {
    var event = new RedriveEvent();
    if (!event.isEnabled()) return;
    event.filter = filter;
    event.count = count;
    event.actor = actor;
    event.commit();
  }
}
