package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One transaction of the group-commit thread, from BEGIN to durable. */
@Name("meshkit.StoreCommit")
@Label("Store Commit")
@Category({"MeshKit", "Store"})
@StackTrace(false)
public final class StoreCommitEvent extends Event {
  @Label("File")
  String file = "";

  @Label("Ops")
  int ops;

  @Label("Statements")
  long statements;

  @Label("Wal Bytes")
  @DataAmount
  long walBytes;

  @Label("Busy Retries")
  int busyRetries;

  /** A running event, begun now. */
  public static StoreCommitEvent started() {
    var event = new StoreCommitEvent();
    event.begin();
    return event;
  }

  /** It has run so many SQL statements; a batch that is tried again, or undone, runs more. */
  public void ran(long more) {
    statements = more;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(String file, int ops, long walBytes, int busyRetries) {
    end();
    if (!shouldCommit()) return;
    this.file = file;
    this.ops = ops;
    this.walBytes = walBytes;
    this.busyRetries = busyRetries;
    commit();
  }
}
