package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tracers of a call we answer. */
final class ServerTracing extends Tracing<ServerStreamTracer> {
  /** Nobody traces. */
  static final ServerTracing NONE = new ServerTracing(List.of());

  private ServerTracing(List<ServerStreamTracer> tracers) {
    super(tracers);
  }

  /** New tracers of a call to the method of this full name, whether it exists or not. */
  static ServerTracing of(
      List<ServerStreamTracer.Factory> factories, String method, Metadata headers) {
    if (factories.isEmpty()) return NONE;
    var tracers = new ArrayList<ServerStreamTracer>();
    for (var factory : factories) tracers.add(factory.newServerStreamTracer(method, headers));
    return new ServerTracing(tracers);
  }

  /** The context that the call's callbacks are to run in. */
  Context in(Context bare) {
    var context = bare;
    for (var tracer : tracers()) context = tracer.filterContext(context);
    return context;
  }

  /** The call is about to be handed to its handler. */
  void started(ServerCall<?, ?> call) {
    for (var tracer : tracers()) tracer.serverCallStarted(new Info<>(call));
  }

  private static final class Info<A, B> extends ServerStreamTracer.ServerCallInfo<A, B> {
    private final ServerCall<A, B> call;

    Info(ServerCall<A, B> call) {
      this.call = call;
    }

    @Override
    public MethodDescriptor<A, B> getMethodDescriptor() {
      return call.getMethodDescriptor();
    }

    @Override
    public Attributes getAttributes() {
      return call.getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
      return call.getAuthority();
    }
  }
}
