package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.observe.Meters;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Q38 What was over the limit is counted, and nothing else that has the same code. */
class OversizeTest {
  private static final Status EXHAUSTED = Status.RESOURCE_EXHAUSTED;

  private final Meters meters = new Meters(Map.of());
  private final Oversize oversize = new Oversize(meters);

  @Test
  void whatWasTooLargeIsCountedAndTold() {
    var ours = EXHAUSTED.withDescription("message exceeds the limit of 9 bytes: 10 bytes");
    var netty = EXHAUSTED.withDescription("gRPC message exceeds maximum size 9: 10");
    for (var why : new Status[] {ours, netty, Oversize.of(10, Family.ELECT)})
      assertEquals(Optional.of(why), told(why));
    assertEquals(3, counted());
  }

  /** Whoever is slow, and headers that nobody takes, end with that code as well. */
  @Test
  void whatOnlyHasTheSameCodeIsNot() {
    for (var why :
        new Status[] {
          EXHAUSTED,
          EXHAUSTED.withDescription("the client sends too slowly"),
          EXHAUSTED.withDescription("the client reads too slowly"),
          EXHAUSTED.withDescription("the client takes no such headers"),
          Status.CANCELLED.withDescription("message exceeds"),
          Status.OK
        }) {
      assertEquals(Optional.empty(), told(why), why::toString);
    }
    assertEquals(0, counted());
  }

  /** What a stream that ended so learns. */
  private Optional<Status> told(Status why) {
    var tracer = oversize.newServerStreamTracer(Family.ELECT.method(), new Metadata());
    var asks = Oversize.watching(tracer.filterContext(Context.ROOT));
    tracer.streamClosed(why);
    return asks.get();
  }

  private double counted() {
    var name = "meshkit_stream_drops_total{family=\"ELECT\",reason=\"too_large\"}";
    return meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
