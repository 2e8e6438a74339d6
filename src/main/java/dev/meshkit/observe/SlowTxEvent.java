package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An application's work in a transaction of the store: while it runs, nobody else's commits. */
@Name("meshkit.SlowTx")
@Label("Slow Transaction Work")
@Category({"MeshKit", "Store"})
@StackTrace(false)
public final class SlowTxEvent extends Event {
  @Label("File")
  String file = "";

  @Label("Operation")
  String op = "";

  /** A running event, begun now. */
  public static SlowTxEvent started() {
    var event = new SlowTxEvent();
    event.begin();
    return event;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(String file, String op) {
    end();
    if (!shouldCommit()) return;
    this.file = file;
    this.op = op;
    commit();
  }
}
