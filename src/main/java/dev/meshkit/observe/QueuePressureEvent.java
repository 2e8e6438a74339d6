package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A queue has become so full that senders should wait, or empty enough again. */
@Name("meshkit.QueuePressure")
@Label("Queue Pressure")
@Category({"MeshKit", "Queue"})
@StackTrace(false)
public final class QueuePressureEvent extends Event {
  @Label("Queue")
  String queue = "";

  @Label("Level")
  String level = "";

  @Label("Depth")
  long depth;

  /**
   * Records it, if a recording wants it.
   *
   * @param queue its name
   * @param level HIGH or LOW
   * @param depth how many tasks it holds
   */
  public static void emit(String queue, String level, long depth) {
    var event = new QueuePressureEvent();
    if (!event.isEnabled()) return;
    event.queue = queue;
    event.level = level;
    event.depth = depth;
    event.commit();
  }
}
