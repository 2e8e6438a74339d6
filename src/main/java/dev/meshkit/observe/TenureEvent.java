package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** This node led a scope: committed when it ends. */
@Name("meshkit.Tenure")
@Label("Tenure")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class TenureEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("Fence")
  String fence = "";

  @Label("Gained")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long gained;

  @Label("Lost")
  @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
  long lost;

  @Label("Cause")
  String cause = "";

  /**
   * A finished tenure.
   *
   * @param node who led
   * @param scope what was led
   * @param fence {@code generation.term}
   * @param gained when authority began, wall clock, ms since the epoch
   * @param lost when authority ended, wall clock, ms since the epoch: before the event itself does,
   *     if the process was frozen
   * @param cause why it ended
   */
  public record Ended(
      String node, String scope, String fence, long gained, long lost, String cause) {}

  /** A running event, begun now. */
  public static TenureEvent started() {
    var event = new TenureEvent();
    event.begin();
    return event;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(Ended ended) {
    end();
    if (!shouldCommit()) return;
    this.node = ended.node();
    this.scope = ended.scope();
    this.fence = ended.fence();
    this.gained = ended.gained();
    this.lost = ended.lost();
    this.cause = ended.cause();
    commit();
  }
}
