package dev.meshkit.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A tap threw; the element went on. */
@Name("meshkit.TapFault")
@Label("Tap Fault")
@Category({"MeshKit", "Pipeline"})
@StackTrace(false)
final class TapFaultEvent extends Event {
  @Label("Tap")
  String tap = "";

  @Label("Thrown")
  String thrown = "";

  /** Records it, if a recording wants it. */
  static void emit(String tap, String thrown) {
    var event = new TapFaultEvent();
    if (!event.isEnabled()) return;
    event.tap = tap;
    event.thrown = thrown;
    event.commit();
  }
}
