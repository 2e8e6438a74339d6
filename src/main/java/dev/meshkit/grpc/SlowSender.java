package dev.meshkit.grpc;

/**
 * Whether a client takes too long over what it sends (slow loris): its HEADERS, the next byte of a
 * message, a whole message. A message that nobody asked for is not late. Confined to the event
 * loop.
 */
final class SlowSender {
  private final Awaited awaited;
  private final Stall headers;
  private final Stall movement;
  private final Stall message;
  private boolean headersRead;
  private long received;

  SlowSender(Bounds.Patience patience, Awaited awaited) {
    this.awaited = awaited;
    this.headers = new Stall(patience.headers());
    this.movement = new Stall(patience.movement());
    this.message = new Stall(patience.message());
  }

  void headers() {
    headersRead = true;
  }

  void data(int bytes) {
    received += bytes;
  }

  /** Another 250 ms have passed; true if that was too long. */
  boolean tick() {
    var number = awaited.message();
    var begun = number != Awaited.NONE;
    var late = headers.tick(!headersRead, 0);
    late |= movement.tick(begun, received);
    late |= message.tick(begun, number);
    return late;
  }
}
