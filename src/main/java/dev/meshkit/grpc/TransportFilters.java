package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import io.grpc.ServerTransportFilter;
import java.util.List;

/** An application's transport filters, in the order in which they were added. */
interface TransportFilters {
  /** A connection was admitted: what its calls are to know of it. On a virtual thread. */
  Attributes ready(Attributes bare);

  /** That connection has ended. On a virtual thread. */
  void terminated(Attributes attributes);

  static TransportFilters ofServer(List<ServerTransportFilter> filters) {
    return new TransportFilters() {
      @Override
      public Attributes ready(Attributes bare) {
        var attributes = bare;
        for (var filter : filters) attributes = filter.transportReady(attributes);
        return attributes;
      }

      @Override
      public void terminated(Attributes attributes) {
        for (var filter : filters) filter.transportTerminated(attributes);
      }
    };
  }

  static TransportFilters ofClient(List<ClientTransportFilter> filters) {
    return new TransportFilters() {
      @Override
      public Attributes ready(Attributes bare) {
        var attributes = bare;
        for (var filter : filters) attributes = filter.transportReady(attributes);
        return attributes;
      }

      @Override
      public void terminated(Attributes attributes) {
        for (var filter : filters) filter.transportTerminated(attributes);
      }
    };
  }
}
