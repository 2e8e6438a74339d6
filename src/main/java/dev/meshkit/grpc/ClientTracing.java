package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;

/** The tracers of one attempt at a call we make. */
final class ClientTracing extends Tracing<ClientStreamTracer> {
  /** Nobody traces. */
  static final ClientTracing NONE = new ClientTracing(List.of());

  private ClientTracing(List<ClientStreamTracer> tracers) {
    super(tracers);
  }

  /** New tracers, as the call's options want them. */
  static ClientTracing of(CallOptions options, Metadata headers, boolean again) {
    var factories = options.getStreamTracerFactories();
    if (factories.isEmpty()) return NONE;
    var info = StreamInfo.newBuilder().setCallOptions(options).setIsTransparentRetry(again).build();
    var tracers = new ArrayList<ClientStreamTracer>();
    for (var factory : factories) tracers.add(factory.newClientStreamTracer(info, headers));
    return new ClientTracing(tracers);
  }

  /** The stream was opened, and its head sent. */
  void opened(Attributes transport, Metadata headers) {
    for (var tracer : tracers()) {
      tracer.streamCreated(transport, headers);
      tracer.outboundHeaders();
    }
  }

  void inboundHeaders(Metadata headers) {
    for (var tracer : tracers()) tracer.inboundHeaders(headers);
  }

  void inboundTrailers(Metadata trailers) {
    for (var tracer : tracers()) tracer.inboundTrailers(trailers);
  }
}
