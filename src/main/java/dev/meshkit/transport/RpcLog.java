package dev.meshkit.transport;

import dev.meshkit.observe.Metric;
import dev.meshkit.observe.RpcCallEvent;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One call on its way into the flight recording and the meters. Ends once; thread-safe. */
final class RpcLog {
  private final RpcCallEvent event = RpcCallEvent.started();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final RoadTools tools;
  private final Instant began;
  private final Call call;

  /** Whose call of what, over which road, seen from which side. */
  record Call(String method, String peer, RoadKind road, boolean client) {}

  RpcLog(RoadTools tools, Call call) {
    this.tools = tools;
    this.began = tools.clocks().monotonic().instant();
    this.call = call;
  }

  RoadKind road() {
    return call.road();
  }

  /** By the monotonic clock. */
  Instant now() {
    return tools.clocks().monotonic().instant();
  }

  void sent(int bytes) {
    sent.addAndGet(bytes);
  }

  void received(int bytes) {
    received.addAndGet(bytes);
  }

  void end(Status.Code status) {
    if (!ended.compareAndSet(false, true)) return;
    var side = call.client() ? "CLIENT" : "SERVER";
    var requests = call.client() ? sent : received;
    var responses = call.client() ? received : sent;
    event.end(
        new RpcCallEvent.Call(
            call.method(),
            call.peer(),
            call.road().name(),
            side,
            status.name(),
            requests.get(),
            responses.get(),
            1));
    var took = Duration.between(began, now());
    tools.meters().time(Metric.RPC_SECONDS, took, side, call.method(), status.name());
  }
}
