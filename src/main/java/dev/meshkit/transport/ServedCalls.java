package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Identity;
import dev.meshkit.security.Policy;
import dev.meshkit.security.TlsCode;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the mesh port over one road: the policy first, then Hello, then the service. What
 * handlers throw ends that call only.
 */
final class ServedCalls {
  private final RoadKind road;
  private final MeshService service;
  private final RoadTools tools;

  ServedCalls(RoadKind road, MeshService service, RoadTools tools) {
    this.road = road;
    this.service = service;
    this.tools = tools;
  }

  /** The service definitions to add to a server. */
  List<ServerServiceDefinition> definitions() {
    var mesh = ServerServiceDefinition.builder(Methods.SERVICE);
    for (var family : Family.values()) {
      mesh.addMethod(
          Methods.duplex(family),
          checked((call, headers, from) -> duplex(call, headers, from, family)));
    }
    mesh.addMethod(
        Methods.SYNC,
        checked(
            (call, _, from) ->
                new UnaryCall(call, log(call, from), request -> service.sync(from, request))));
    mesh.addMethod(
        Methods.COMMAND,
        checked(
            (call, _, from) ->
                new UnaryCall(call, log(call, from), request -> service.command(from, request))));
    var probe =
        ServerServiceDefinition.builder("meshkit.v1.Road")
            .addMethod(
                Methods.PROBE,
                checked(
                    (call, _, from) ->
                        new UnaryCall(call, log(call, from), said -> probed(call, from, said))));
    return List.of(mesh.build(), probe.build());
  }

  private Result<Bytes> probed(ServerCall<Bytes, Bytes> call, NodeId from, Bytes said) {
    var roundTrip = RoundTrip.heard(said);
    visit(call).measured(roundTrip);
    service.measured(from, roundTrip);
    return Result.ok(Bytes.EMPTY);
  }

  private RpcLog log(ServerCall<Bytes, Bytes> call, NodeId from) {
    var method = call.getMethodDescriptor().getFullMethodName();
    return new RpcLog(tools, new RpcLog.Call(method, from.toString(), road, false));
  }

  private interface Served {
    ServerCall.Listener<Bytes> serve(ServerCall<Bytes, Bytes> call, Metadata headers, NodeId from);
  }

  private ServerCallHandler<Bytes, Bytes> checked(Served served) {
    return (call, headers) -> {
      var method = call.getMethodDescriptor().getFullMethodName();
      return switch (admission(call)) {
        case Admitted(Identity.Node(_, var from))
            when Policy.allows(method, dev.meshkit.security.Role.NODE) ->
            served.serve(call, headers, from);
        case Admitted(var who) ->
            refuse(
                call,
                Status.PERMISSION_DENIED,
                TlsCode.ROLE_DENIED,
                who.role() + " may not call " + method);
        case Admission.Refused(var code, var why) ->
            refuse(call, Status.UNAUTHENTICATED, code, why);
        case null ->
            refuse(call, Status.UNAUTHENTICATED, TlsCode.NO_CERTIFICATE, "unchecked connection");
      };
    };
  }

  /** HTTP/3 looks at its peers by itself, and ends their connections. */
  private static @Nullable Admission admission(ServerCall<Bytes, Bytes> call) {
    var guest = call.getAttributes().get(Guest.KEY);
    return guest == null ? call.getAttributes().get(Doorkeeper.ADMISSION) : guest.admission();
  }

  private static ServerCall.Listener<Bytes> refuse(
      ServerCall<Bytes, Bytes> call, Status status, TlsCode code, String why) {
    call.close(status.withDescription(code.text() + " " + why), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private ServerCall.Listener<Bytes> duplex(
      ServerCall<Bytes, Bytes> call, Metadata headers, NodeId from, Family family) {
    var log = log(call, from);
    return switch (service.hello(from, family, Hello.in(headers))) {
      case Result.Err<Bytes>(var error) -> {
        var mk = error.details().getOrDefault("mk", error.code());
        tools.meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "SERVER", mk);
        log.end(Status.Code.FAILED_PRECONDITION);
        call.close(status(error), new Metadata());
        yield new ServerCall.Listener<>() {};
      }
      case Result.Ok<Bytes>(var ours) -> {
        var answer = new Metadata();
        answer.put(Hello.KEY, ours.toArray());
        var stream = new ByteStream(from, family, new Wire.Server(call, answer), log, () -> {});
        var guest = call.getAttributes().get(Guest.KEY);
        if (guest != null) guest.calls(stream);
        service.accept(stream, Hello.in(headers));
        var visit = visit(call);
        visit.began();
        yield new Questions(stream, visit, Oversize.watching(Context.current()));
      }
    };
  }

  private static Visit visit(ServerCall<Bytes, Bytes> call) {
    var visit = call.getAttributes().get(Visit.KEY);
    return Objects.requireNonNull(visit, "a connection that did not come in by the door");
  }

  /** The refusal of a call, whose text begins with the code for whoever is refused. */
  static Status status(MeshError error) {
    var mk = error.details().getOrDefault("mk", error.code());
    return Status.FAILED_PRECONDITION.withDescription(mk + " " + error.why());
  }

  /** Brings what the peer sends to the stream. */
  private static final class Questions extends ServerCall.Listener<Bytes> {
    private final ByteStream stream;
    private final Visit visit;
    private final Supplier<Optional<Status>> tooLarge;

    Questions(ByteStream stream, Visit visit, Supplier<Optional<Status>> tooLarge) {
      this.stream = stream;
      this.visit = visit;
      this.tooLarge = tooLarge;
    }

    @Override
    public void onMessage(Bytes message) {
      stream.arrived(message);
    }

    @Override
    public void onHalfClose() {
      stream.halfClosed();
    }

    @Override
    public void onCancel() {
      visit.over(true);
      var cancelled = Context.current().cancellationCause();
      stream.over(tooLarge.get().orElseGet(() -> visit.cause(cancelled)));
    }

    @Override
    public void onComplete() {
      visit.over(false);
      stream.over(tooLarge.get().orElse(Status.OK));
    }

    @Override
    public void onReady() {
      stream.ready();
    }
  }
}
