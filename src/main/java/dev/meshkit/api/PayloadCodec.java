package dev.meshkit.api;

/**
 * How the values of a topic become bodies of messages, and back.
 *
 * <p>Of protobuf: {@code PayloadCodec.of(Order::toByteArray, Order::parseFrom)}. Thread-safe if its
 * two functions are.
 *
 * @param <T> the values
 */
public interface PayloadCodec<T> {
  /** Bytes as they are. */
  PayloadCodec<Bytes> BYTES = of(Bytes::toArray, Bytes::of);

  /** Text as UTF-8; bytes that are none are refused. */
  PayloadCodec<String> UTF8 =
      of(
          text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
          bytes -> {
            var text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
            if (text.indexOf('\uFFFD') < 0)
              return text; // else it was there, or is in a bad one's place
            return java.nio.charset.StandardCharsets.UTF_8
                .newDecoder()
                .decode(java.nio.ByteBuffer.wrap(bytes))
                .toString();
          });

  /** Makes bytes of a value. */
  @FunctionalInterface
  interface Encoder<T> {
    /** The value as bytes. */
    byte[] encode(T value);
  }

  /** Makes a value of bytes. */
  @FunctionalInterface
  interface Decoder<T> {
    /**
     * The value of the bytes.
     *
     * @throws Exception if they are not one
     */
    T decode(byte[] bytes) throws Exception;
  }

  /** Handles values of one topic: a {@link Handler} that need not decode. */
  @FunctionalInterface
  interface Taker<T> {
    /** Handles one; {@code message} is what it came in. As of {@link Handler#handle}. */
    Disposition handle(T value, Received message) throws InterruptedException;
  }

  /** A codec of two functions. */
  static <T> PayloadCodec<T> of(Encoder<T> encoder, Decoder<T> decoder) {
    return new PayloadCodec<>() {
      @Override
      public Bytes encode(T value) {
        return Bytes.of(encoder.encode(value));
      }

      @Override
      public Result<T> decode(Bytes body) {
        try {
          return Result.ok(decoder.decode(body.toArray()));
        } catch (Exception malformed) { // whatever a foreign parser says
          if (malformed instanceof InterruptedException) Thread.currentThread().interrupt();
          return Result.err(unread(body, malformed));
        }
      }
    };
  }

  /** The value as a body. */
  Bytes encode(T value);

  /** The value of a body; {@code error.payload.malformed} if it is not one. */
  Result<T> decode(Bytes body);

  /** A message that carries a value. */
  default Message message(String topic, T value) {
    return Message.of(topic, encode(value));
  }

  /**
   * A handler of bodies out of one of values. What cannot be read is refused for good: its sender
   * finds it among the dead, with the reason.
   */
  default Handler handler(Taker<T> taker) {
    return received ->
        switch (decode(received.message().body())) {
          case Result.Ok<T>(var value) -> taker.handle(value, received);
          case Result.Err<T>(var error) -> {
            if (Thread.interrupted()) throw new InterruptedException("reading a body");
            yield new Disposition.Poison(error);
          }
        };
  }

  private static MeshError unread(Bytes body, Exception malformed) {
    return MeshError.of(
        "error.payload.malformed",
        "reading a body of " + body.size() + " B",
        String.valueOf(malformed.getMessage()),
        "compare what both sides take the topic's values to be",
        MeshError.Retry.NEVER);
  }
}
