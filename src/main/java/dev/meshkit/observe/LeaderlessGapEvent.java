package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Nobody led a scope, as this node saw it: committed when somebody does. */
@Name("meshkit.LeaderlessGap")
@Label("Leaderless Gap")
@Category({"MeshKit", "Election"})
@StackTrace(false)
public final class LeaderlessGapEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Scope")
  String scope = "";

  @Label("From")
  String from = "";

  @Label("To")
  String to = "";

  /** A running event, begun now. */
  public static LeaderlessGapEvent started() {
    var event = new LeaderlessGapEvent();
    event.begin();
    return event;
  }

  /**
   * Ends it, as {@code node} saw it: {@code from}, or nobody if empty, led before; {@code to} does
   * now.
   */
  public void end(String node, String scope, String from, String to) {
    end();
    if (!shouldCommit()) return;
    this.node = node;
    this.scope = scope;
    this.from = from;
    this.to = to;
    commit();
  }
}
