package dev.meshkit.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.control.proto.HealthReport;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.runtime.FileTrouble;
import dev.meshkit.transport.PortHolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The machines' door, on loopback only: {@code /metrics}, {@code /livez}, {@code /readyz}. It
 * authenticates nobody and changes nothing: GET and HEAD, for a loopback {@code Host} with our port
 * (a page of somebody else's, rebound to 127.0.0.1, gets 421). Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final int LARGEST_HEADERS_BYTES = 8 * 1024;
  private static final String JSON = "application/json; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final List<String> LOOPBACK =
      List.of("localhost", "127.0.0.1", "[::1]", "localhost.", "::1");

  private final com.sun.net.httpserver.HttpServer server;
  private final ExecutorService calls;
  private final NodeView view;
  private final Supplier<String> metrics;

  private HttpServer(
      com.sun.net.httpserver.HttpServer server,
      ExecutorService calls,
      NodeView view,
      Supplier<String> metrics) {
    this.server = server;
    this.calls = calls;
    this.view = view;
    this.metrics = metrics;
  }

  /**
   * Binds and serves.
   *
   * @param at a loopback address, port 0 for any free one
   * @param view whose health is told
   * @param metrics the scrape, in Prometheus text form
   */
  public static Result<HttpServer> open(Endpoint at, NodeView view, Supplier<String> metrics) {
    com.sun.net.httpserver.HttpServer server;
    try {
      server =
          com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(at.host(), at.port()), 64);
    } catch (IOException taken) {
      return Result.err(refusal(at, taken));
    }
    var calls = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    var http = new HttpServer(server, calls, view, metrics);
    server.setExecutor(calls);
    server.createContext("/", http::serve);
    server.start();
    return Result.ok(http);
  }

  /** Whether {@link #open} could bind now, with its error; nothing stays bound. */
  public static Result<Endpoint> probe(Endpoint at) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(at.host(), at.port()));
      return Result.ok(at);
    } catch (IOException taken) {
      return Result.err(refusal(at, taken));
    }
  }

  private static MeshError refusal(Endpoint at, IOException failure) {
    var tried = "listening on " + at + " (http.listen)";
    if (PortHolder.isInUse(failure)) {
      return PortHolder.inUse(tried, at, "set http.listen, or --http, to another port or \"off\"");
    }
    return MeshError.of(
            "error.conflict",
            tried,
            FileTrouble.why(failure),
            "set http.listen, or --http, to a loopback address of this host, or to \"off\"",
            MeshError.Retry.NEVER)
        .with(Errors.MK, "MK-NODE-002");
  }

  /** Where it listens, with the port it got. */
  public Endpoint at() {
    var bound = server.getAddress();
    return new Endpoint(bound.getAddress().getHostAddress(), bound.getPort());
  }

  /** Stops at once. Idempotent. */
  @Override
  public void close() {
    server.stop(0);
    calls.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var refusal = refusal(exchange);
      if (refusal != 0) {
        if (refusal == 405) exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, new Reply(refusal, "text/plain; charset=utf-8", ""));
        return;
      }
      send(exchange, reply(exchange.getRequestURI().getPath()));
    }
  }

  private Reply reply(String path) {
    return switch (path) {
      case "/metrics" -> new Reply(200, METRICS, metrics.get());
      case "/livez" -> health(view.liveness(), true);
      case "/readyz" -> {
        var status = view.status();
        yield health(status.getChecksList(), status.getState() == NodeStatus.State.READY);
      }
      default -> new Reply(404, JSON, "{\"paths\":[\"/livez\",\"/metrics\",\"/readyz\"]}\n");
    };
  }

  private static Reply health(List<Check> checks, boolean ready) {
    var worst = checks.stream().map(Check::getStatus).max(Enum::compareTo).orElse(Health.OK);
    var health = ready ? worst : Health.FAIL;
    var report =
        HealthReport.newBuilder()
            .setApiVersion(Envelope.API_VERSION)
            .setKind("HealthReport")
            .setHealth(health)
            .addAllChecks(checks);
    try {
      var json = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(report) + "\n";
      return new Reply(health == Health.FAIL ? 503 : 200, JSON, json);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("our own message prints", impossible);
    }
  }

  /** The status to refuse with; 0 to serve. */
  private int refusal(HttpExchange exchange) {
    var method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) return 405;
    var bytes =
        exchange.getRequestHeaders().entrySet().stream()
            .mapToInt(
                e ->
                    e.getValue().stream().mapToInt(v -> e.getKey().length() + v.length() + 4).sum())
            .sum();
    if (bytes > LARGEST_HEADERS_BYTES) return 431;
    var hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    return hosts.size() == 1 && isOurs(hosts.getFirst()) ? 0 : 421;
  }

  private boolean isOurs(String host) {
    var colon = host.lastIndexOf(':');
    if (colon <= host.indexOf(']')) return false; // without a port it is not ours
    return LOOPBACK.contains(host.substring(0, colon))
        && host.substring(colon + 1).equals(Integer.toString(server.getAddress().getPort()));
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    var body = reply.body().getBytes(StandardCharsets.UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    var bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    if (bodiless) headers.set("Content-Length", Integer.toString(body.length));
    exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
    if (!bodiless) exchange.getResponseBody().write(body);
  }

  private record Reply(int status, String type, String body) {}
}
