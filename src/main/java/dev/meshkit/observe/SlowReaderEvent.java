package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A peer does not keep up with a stream: what waits for it is dropped. Once for each such stream.
 */
@Name("meshkit.SlowReader")
@Label("Slow Reader")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class SlowReaderEvent extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Family")
  String family = "";

  /** Records it, if a recording wants it. */
  public static void emit(String peer, String family) {
    var event = new SlowReaderEvent();
    if (!event.isEnabled()) return;
    event.peer = peer;
    event.family = family;
    event.commit();
  }
}
