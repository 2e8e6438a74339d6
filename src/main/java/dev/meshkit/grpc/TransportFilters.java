package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import io.grpc.ServerTransportFilter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An application's transport filters of either side, in the order in which they were added; each is
 * called on a virtual thread.
 */
final class TransportFilters {
  private final List<Filter> filters;

  private record Filter(UnaryOperator<Attributes> ready, Consumer<Attributes> terminated) {}

  private TransportFilters(List<Filter> filters) {
    this.filters = filters;
  }

  static TransportFilters ofServer(List<ServerTransportFilter> filters) {
    return new TransportFilters(
        filters.stream()
            .map(filter -> new Filter(filter::transportReady, filter::transportTerminated))
            .toList());
  }

  static TransportFilters ofClient(List<ClientTransportFilter> filters) {
    return new TransportFilters(
        filters.stream()
            .map(filter -> new Filter(filter::transportReady, filter::transportTerminated))
            .toList());
  }

  /** A connection was admitted: what its calls are to know of it. */
  Attributes ready(Attributes bare) {
    var attributes = bare;
    for (var filter : filters) attributes = filter.ready().apply(attributes);
    return attributes;
  }

  /** That connection has ended. */
  void terminated(Attributes attributes) {
    for (var filter : filters) filter.terminated().accept(attributes);
  }
}
