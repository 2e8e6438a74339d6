package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.grpc.Http3ServerBuilder;
import dev.meshkit.grpc.TlsIdentity;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.OwnCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The mesh port: UDP and TCP of one number, as the mode permits. Thread-safe. */
public final class Listener implements AutoCloseable {
  private static final int FREE_PORT_TRIES = 16;
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private final Endpoint local;
  private final List<Bound> bound;

  /** One socket. */
  private record Bound(Doorkeeper door, Server server) {}

  private Listener(Endpoint local, List<Bound> bound) {
    this.local = local;
    this.bound = List.copyOf(bound);
  }

  /** What a listener is made of. */
  record Parts(
      OwnCredentials own,
      RoadMode mode,
      RoadTools tools,
      TcpRoads tcp,
      MeshService service,
      RoadTimes times) {}

  /** Where it listens, with the port that was really bound. */
  public Endpoint local() {
    return local;
  }

  /** Ends every call and unbinds. Blocks at most 1 s. Idempotent. */
  @Override
  public void close() {

    bound.forEach(one -> one.door().closing());
    bound.forEach(one -> one.server().shutdownNow());
    try {
      for (var one : bound) {
        var _ = one.server().awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // they end by themselves
    }
  }

  static Result<Listener> bind(Endpoint at, Parts parts) {
    var tries =
        at.port() == 0 && Transport.permitted(parts.mode()).size() > 1 ? FREE_PORT_TRIES : 1;
    var failure = new IOException("not tried");
    for (var i = 0; i < tries; i++) {
      try {
        return Result.ok(bindAll(at, parts));
      } catch (IOException taken) {
        failure = taken; // of a free port on one road that was taken on the other: try another
      }
    }
    return Result.err(refusal(at, failure));
  }

  /** TCP first, since that is where a free port is easier to be without. */
  private static Listener bindAll(Endpoint at, Parts parts) throws IOException {
    var bound = new ArrayList<Bound>();
    var port = at.port();
    try {
      for (var kind : Transport.permitted(parts.mode()).reversed()) {
        var door = new Doorkeeper(kind, parts);
        var server = server(door, new InetSocketAddress(at.host(), port), parts).start();
        bound.add(new Bound(door, server));
        port = server.getPort();
      }
      return new Listener(new Endpoint(at.host(), port), bound);
    } catch (IOException failure) {
      bound.forEach(one -> one.server().shutdownNow());
      throw failure;
    }
  }

  private static Server server(Doorkeeper door, InetSocketAddress at, Parts parts) {
    ServerBuilder<?> builder =
        switch (door.road()) {
          case H3 ->
              Http3ServerBuilder.forAddress(at)
                  .tls(identity(door, parts))
                  .peerCheck(door)
                  .maxConnectionAge(parts.times().listenerAge().toMillis(), TimeUnit.MILLISECONDS)
                  .maxConnectionAgeGrace(parts.times().grace().toMillis(), TimeUnit.MILLISECONDS)
                  .keepAliveTime(Silence.ASK.toMillis(), TimeUnit.MILLISECONDS)
                  .keepAliveTimeout(Silence.LOST.toMillis(), TimeUnit.MILLISECONDS)
                  .maxInboundMessageSize(Family.DELIVER.maxFrameBytes());
          case H2 -> parts.tcp().server(at, door);
          case LEGACY -> throw new IllegalArgumentException("it has a listener of its own");
        };
    builder.addTransportFilter(door);
    builder.addStreamTracerFactory(new Oversize(parts.tools().meters()));
    new ServedCalls(door.road(), parts.service(), parts.tools())
        .definitions()
        .forEach(builder::addService);
    return builder.build();
  }

  private static PerCredentials<TlsIdentity> identity(Doorkeeper door, Parts parts) {
    return new PerCredentials<>(parts.own(), of -> new TlsIdentity(of.key(), door.trust(of)));
  }

  /** Binds the permitted roads' sockets and closes them again: whether a listener could. */
  static Result<Endpoint> probe(Endpoint at, RoadMode mode) {
    var address = new InetSocketAddress(at.host(), at.port());
    try (var tcp = new ServerSocket();
        var udp = new DatagramSocket(null)) {
      if (mode.permits(RoadKind.H2)) tcp.bind(address);
      if (mode.permits(RoadKind.H3)) udp.bind(address);
      return Result.ok(at);
    } catch (IOException failure) {
      return Result.err(refusal(at, failure));
    }
  }

  static Result<Endpoint> settled(Endpoint at) {
    try {
      return Result.ok(at.port() == 0 ? new Endpoint(at.host(), FreePort.of(at.host())) : at);
    } catch (IOException failure) {
      return Result.err(refusal(at, failure));
    }
  }

  private static MeshError refusal(Endpoint at, IOException failure) {
    return refusal(at, failure, "listen.mesh, or --listen");
  }

  /** Why a port of peers could not be bound; {@code key} says where it is configured. */
  static MeshError refusal(Endpoint at, IOException failure, String key) {
    var tried = "listen for peers at " + at;
    var deepest = deepest(failure);
    var said = deepest.getMessage();
    var message = said == null ? "no reason was given" : said;
    if (PortHolder.isInUse(deepest)) {
      return PortHolder.inUse(tried, at, "choose another port: " + key);
    }
    return MeshError.of(
            "error.unavailable",
            tried,
            message,
            "set " + key + ", to an address of this host",
            MeshError.Retry.NEVER)
        .with("mk", "MK-NET-001");
  }

  private static Throwable deepest(Throwable failure) {
    var cause = failure;
    for (var i = 0; i < 16 && cause.getCause() != null; i++) cause = cause.getCause();
    return cause;
  }
}
