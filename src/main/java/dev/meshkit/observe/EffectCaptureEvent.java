package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step of a run was done, and its commit waited for. */
@Name("meshkit.EffectCapture")
@Label("Effect Capture")
@Category({"MeshKit", "Gate"})
@StackTrace(false)
public final class EffectCaptureEvent extends Event {
  @Label("Run")
  String run = "";

  @Label("Step")
  String step = "";

  @Label("Mode")
  String mode = "";

  @Label("Outcome")
  String outcome = "";

  /** A running event, begun now. */
  public static EffectCaptureEvent started() {
    var event = new EffectCaptureEvent();
    event.begin();
    return event;
  }

  /** Ends the event: whether a recording will keep it, and it is to be {@link #told}. */
  public boolean isKept() {
    end();
    return shouldCommit();
  }

  /** Fills the event in. */
  public void told(String run, String step, String mode, String outcome) {
    this.run = run;
    this.step = step;
    this.mode = mode;
    this.outcome = outcome;
    commit();
  }
}
