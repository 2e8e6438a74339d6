package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** This node changed its mind about a member. */
@Name("meshkit.MemberTransition")
@Label("Member Transition")
@Category({"MeshKit", "Gossip"})
@StackTrace(false)
public final class MemberTransitionEvent extends Event {
  @Label("Node")
  String node = "";

  @Label("Region")
  String region = "";

  @Label("From")
  String from = "";

  @Label("To")
  String to = "";

  @Label("Incarnation")
  long incarnation;

  @Label("Observer")
  String observer = "";

  @Label("Cause")
  String cause = "";

  /**
   * What changed, and who says so.
   *
   * @param node the member
   * @param region its region
   * @param from the status before; empty when it is new
   * @param to the status now
   * @param incarnation the incarnation the news is about
   * @param observer who saw it first, as far as known
   * @param cause why
   */
  public record Change(
      String node,
      String region,
      String from,
      String to,
      long incarnation,
      String observer,
      String cause) {}

  /** Records it, if a recording wants it. */
  public static void emit(Change change) {
    var event = new MemberTransitionEvent();
    if (!event.isEnabled()) return;
    event.node = change.node();
    event.region = change.region();
    event.from = change.from();
    event.to = change.to();
    event.incarnation = change.incarnation();
    event.observer = change.observer();
    event.cause = change.cause();
    event.commit();
  }
}
