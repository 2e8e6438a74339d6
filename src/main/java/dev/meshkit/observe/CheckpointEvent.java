package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The log of a database moved into it, as far as its readers let it. */
@Name("meshkit.Checkpoint")
@Label("Checkpoint")
@Category({"MeshKit", "Store"})
@StackTrace(false)
public final class CheckpointEvent extends Event {
  @Label("File")
  String file = "";

  @Label("Frames Moved")
  long frames;

  @Label("Frames Left")
  long left;

  /** A running event, begun now. */
  public static CheckpointEvent started() {
    var event = new CheckpointEvent();
    event.begin();
    return event;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(String file, long frames, long left) {
    end();
    if (!shouldCommit()) return;
    this.file = file;
    this.frames = frames;
    this.left = left;
    commit();
  }
}
