package dev.meshkit.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One RPC as its caller or server saw it, from first byte queued to status known. */
@Name("meshkit.RpcCall")
@Label("Rpc Call")
@Category({"MeshKit", "Links"})
@StackTrace(false)
public final class RpcCallEvent extends Event {
  @Label("Method")
  String method = "";

  @Label("Peer")
  String peer = "";

  @Label("Road")
  String road = "";

  @Label("Side")
  String side = "";

  @Label("Status")
  String status = "";

  @Label("Request Bytes")
  @DataAmount
  long requestBytes;

  @Label("Response Bytes")
  @DataAmount
  long responseBytes;

  @Label("Attempt")
  int attempt;

  /**
   * A finished call.
   *
   * @param method full method name
   * @param peer the far side
   * @param road H3, H2 or LEGACY
   * @param side CLIENT or SERVER
   * @param status gRPC status code
   * @param requestBytes bytes of request messages
   * @param responseBytes bytes of response messages
   * @param attempt which attempt, from 1
   */
  public record Call(
      String method,
      String peer,
      String road,
      String side,
      String status,
      long requestBytes,
      long responseBytes,
      int attempt) {}

  /** A running event, begun now. */
  public static RpcCallEvent started() {
    var event = new RpcCallEvent();
    event.begin();
    return event;
  }

  /** Ends the event; fields are filled only when a recording will keep it. */
  public void end(Call call) {
    end();
    if (!shouldCommit()) return;
    this.method = call.method();
    this.peer = call.peer();
    this.road = call.road();
    this.side = call.side();
    this.status = call.status();
    this.requestBytes = call.requestBytes();
    this.responseBytes = call.responseBytes();
    this.attempt = call.attempt();
    commit();
  }
}
