package dev.meshkit.grpc;

import io.grpc.HandlerRegistry;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to: the methods by full name, then the fallback registry.
 *
 * @param listed the services as added
 * @param methods every method of them, intercepted, by full name
 * @param fallback asked for names not among {@code methods}; absent = nobody
 * @param interceptors around the methods of {@code fallback} too
 */
record Services(
    List<ServerServiceDefinition> listed,
    Map<String, ServerMethodDefinition<?, ?>> methods,
    @Nullable HandlerRegistry fallback,
    List<ServerInterceptor> interceptors) {

  /** The handler of a full method name, if anyone has one. */
  Optional<ServerMethodDefinition<?, ?>> lookup(String name, String authority) {
    var known = methods.get(name);
    if (known != null) return Optional.of(known);
    if (fallback == null) return Optional.empty();
    return Optional.<ServerMethodDefinition<?, ?>>ofNullable(fallback.lookupMethod(name, authority))
        .map(this::intercepted);
  }

  private <A, B> ServerMethodDefinition<A, B> intercepted(ServerMethodDefinition<A, B> method) {
    var handler = method.getServerCallHandler();
    for (var interceptor : interceptors) {
      var inner = handler;
      handler = (call, headers) -> interceptor.interceptCall(call, headers, inner);
    }
    return method.withServerCallHandler(handler);
  }

  /** Collects services and interceptors; the interceptor added last is called first. */
  static final class Builder {
    private final List<ServerServiceDefinition> listed = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private @Nullable HandlerRegistry fallback;

    void add(ServerServiceDefinition service) {
      listed.add(service);
    }

    void intercept(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
    }

    void fallback(HandlerRegistry registry) {
      fallback = registry;
    }

    Services build() {
      var outermostFirst = new ArrayList<>(interceptors);
      Collections.reverse(outermostFirst);
      var methods = new HashMap<String, ServerMethodDefinition<?, ?>>();
      for (var service : listed) {
        var bound = ServerInterceptors.interceptForward(service, outermostFirst);
        for (var method : bound.getMethods()) {
          methods.put(method.getMethodDescriptor().getFullMethodName(), method);
        }
      }
      return new Services(
          List.copyOf(listed), Map.copyOf(methods), fallback, List.copyOf(interceptors));
    }
  }
}
