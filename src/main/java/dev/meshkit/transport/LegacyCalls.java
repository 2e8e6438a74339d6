package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Policy;
import dev.meshkit.security.Role;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.net.ProtocolException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the peer of a legacy connection calls: streams that it opens, and at most 32 requests at
 * once, beside as many that it has cancelled and that are not over, each on a virtual thread. Its
 * caller is the connection's reader.
 */
final class LegacyCalls {
  private static final int MAX_STREAMS = 16;

  private final LegacyLink link;
  private final Map<Long, Thread> serving = new ConcurrentHashMap<>();

  /** For which the peer waits no more, and which are not over: it may ask for as many again. */
  private final Map<Long, Thread> cancelled = new ConcurrentHashMap<>();

  LegacyCalls(LegacyLink link) {
    this.link = link;
  }

  /** The peer opens a stream. */
  void open(long id, Family family, Bytes hello) {
    if (link.isDraining()) {
      refuse(id, LegacyLink.LEAVING);
    } else if (link.open() >= MAX_STREAMS) {
      refuse(id, Status.RESOURCE_EXHAUSTED.withDescription("MK-NET-010 16 streams are open"));
    } else {
      accept(id, family, hello);
    }
  }

  private void accept(long id, Family family, Bytes hello) {
    var parts = link.parts();
    var service = service();
    var log = log(family.method());
    switch (service.hello(parts.peer(), family, hello)) {
      case Result.Err<Bytes>(var error) -> {
        var mk = error.details().getOrDefault("mk", error.code());
        parts.tools().meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "SERVER", mk);
        log.end(Status.Code.FAILED_PRECONDITION);
        refuse(id, ServedCalls.status(error));
      }
      case Result.Ok<Bytes>(var ours) -> {
        var side = new LegacyWire.Side(id, family, true, ours);
        service.accept(link.accept(side, log).stream(), hello);
      }
    }
  }

  /** The peer asks something. */
  void request(LegacyFrame frame) throws ProtocolException {
    var asked = LegacyBody.tagged(frame.body());
    var what = asked(asked.number());
    var method = Methods.unary(what).getFullMethodName();
    if (!Policy.allows(method, Role.NODE)) throw new ProtocolException("a request for " + method);
    if (isFull(serving) || isFull(cancelled)) {
      refuse(
          frame.id(), Status.RESOURCE_EXHAUSTED.withDescription("MK-NET-010 32 requests are open"));
      return;
    }
    var thread =
        Thread.ofVirtual()
            .name("legacy call")
            .unstarted(() -> serve(frame.id(), what, asked.rest()));
    if (cancelled.containsKey(frame.id()) || serving.putIfAbsent(frame.id(), thread) != null) {
      throw new ProtocolException("request " + frame.id() + " twice");
    }
    if (link.isDraining()) { // looked at last: whoever leaves, or ends it, sees what is served
      serving.remove(frame.id());
      refuse(frame.id(), LegacyLink.LEAVING);
      return;
    }
    thread.start();
  }

  private static boolean isFull(Map<Long, Thread> places) {
    return places.size() >= LegacyReplies.MAX_REQUESTS;
  }

  private static Carrier.Asked asked(int method) throws ProtocolException {
    return switch (method) {
      case LegacyBody.SYNC -> Carrier.Asked.SYNC;
      case LegacyBody.COMMAND -> Carrier.Asked.COMMAND;
      default -> throw new ProtocolException("a request for method " + method);
    };
  }

  /** It holds its place until its answer goes: a peer that reads none cannot ask for more. */
  private void serve(long id, Carrier.Asked what, Bytes request) {
    var log = log(Methods.unary(what).getFullMethodName());
    log.received(request.size());
    var answered = false;
    try {
      switch (answer(what, request)) {
        case Result.Ok<Bytes>(var answer) -> {
          log.sent(answer.size());
          answered = link.answer(new LegacyFrame(Kind.RESP, id, answer));
          log.end(Status.Code.OK);
        }
        case Result.Err<Bytes>(var error) -> {
          leaves(id); // before the peer knows: it may ask for the next at once
          answered = true;
          refuse(id, ServedCalls.status(error));
          log.end(Status.Code.FAILED_PRECONDITION);
        }
      }
    } finally {
      if (!answered) leaves(id);
    }
  }

  /** The answer to this request is about to be written; the next one may use its id. */
  void leaves(long id) {
    serving.remove(id);
    cancelled.remove(id); // after that: cancel puts it there before it takes it from the others
  }

  private Result<Bytes> answer(Carrier.Asked what, Bytes request) {
    var peer = link.parts().peer();
    try {
      return what == Carrier.Asked.COMMAND
          ? service().command(peer, request)
          : service().sync(peer, request);
    } catch (InterruptedException cancelled) {
      return Result.err(new MeshError.Canceled("answering a request"));
    }
  }

  /** The peer does not wait for this request any more. */
  void cancel(long id) {
    serving.computeIfPresent(
        id,
        (_, thread) -> {
          thread.interrupt();
          cancelled.put(id, thread);
          return null;
        });
  }

  /** Whether a request is answered. */
  boolean isServing() {
    return !serving.isEmpty();
  }

  /** Ends all requests. */
  void close() {
    serving.values().forEach(Thread::interrupt);
  }

  private void refuse(long id, Status why) {
    link.tell(new LegacyFrame(Kind.ERR, id, LegacyBody.status(why)));
  }

  private MeshService service() {
    return Objects.requireNonNull(link.parts().served(), "only who listens is called");
  }

  private RpcLog log(String method) {
    var call = new RpcLog.Call(method, link.parts().peer().toString(), RoadKind.LEGACY, false);
    return new RpcLog(link.parts().tools(), call);
  }
}
