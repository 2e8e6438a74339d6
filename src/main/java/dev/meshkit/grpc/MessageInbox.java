package dev.meshkit.grpc;

import io.grpc.Decompressor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A call's received messages, given out as it asks for them, and never more. Confined to the call's
 * lane, but for {@link #request}.
 *
 * @param <T> a message
 */
final class MessageInbox<T> implements AutoCloseable {
  private final CallStream stream;
  private final Function<InputStream, T> parser;
  private final Deframer deframer;
  private final AtomicLong demand = new AtomicLong();
  private final Terms terms;
  private long given; // messages
  private long unreported; // weight of what the stream does not know to be wanted
  private boolean closed;
  private volatile boolean starved; // the lane found no demand and has stopped

  /**
   * What holds for each message.
   *
   * @param maxBytes the largest, inflated
   * @param awaited told which one is begun, wanted, and not whole
   * @param tracing told of each
   */
  record Terms(int maxBytes, Awaited awaited, Supplier<? extends Tracing<?>> tracing) {}

  MessageInbox(CallStream stream, Function<InputStream, T> parser, Terms terms) {
    this.stream = stream;
    this.terms = terms;
    this.parser = parser;
    this.deframer = new Deframer(terms.maxBytes());
  }

  /**
   * Asks for {@code n} more messages; true if they may be here already, so that the lane has to
   * look. Any thread.
   */
  boolean request(int n) {
    if (n < 1) throw new IllegalArgumentException("request at least 1 message, not " + n);
    demand.addAndGet(n);
    return starved;
  }

  /** The encoding of the messages to come; identity unless told. */
  void decompressor(Decompressor decompressor) {
    deframer.decompressor(decompressor);
  }

  /** Takes over received bytes. */
  void add(ByteBuf bytes) {
    unreported += ReadAhead.weightOf(bytes);
    if (closed) {
      bytes.release();
    } else {
      deframer.add(bytes);
    }
  }

  /**
   * Gives out whole messages while there is demand.
   *
   * @throws StatusException if the peer broke the framing, the limit, or the message itself
   */
  void pump(Consumer<T> out) throws StatusException {
    do {
      starved = false;
      while (!closed && demand.get() > 0 && deframer.hasNext()) {
        demand.decrementAndGet();
        given++;
        var message = parsed(next());
        terms.awaited().is(Awaited.NONE); // it is whole: from here on its taker may take its time
        out.accept(message);
      }
      var wanted = demand.get() > 0;
      terms.awaited().is(wanted && !closed && deframer.midMessage() ? given : Awaited.NONE);
      if (wanted || closed) {
        stream.consumed(unreported);
        unreported = 0;
        return;
      }
      starved = true; // said before looking again, so that a request that comes now wakes us
    } while (demand.get() > 0);
  }

  private InputStream next() throws StatusException {
    var message = deframer.next();
    var tracing = terms.tracing().get();
    tracing.received(deframer.lastWireBytes(), tracing.lengthOf(message));
    return message;
  }

  private T parsed(InputStream message) throws StatusException {
    try {
      return parser.apply(message);
    } catch (RuntimeException malformed) {
      throw Status.INTERNAL
          .withDescription("a message cannot be parsed")
          .withCause(malformed)
          .asException();
    }
  }

  /** Whether no whole message is left. */
  boolean isEmpty() throws StatusException {
    return closed || !deframer.hasNext();
  }

  /** Whether the bytes ended inside a message. */
  boolean endsInsideMessage() {
    return deframer.midMessage();
  }

  @Override
  public void close() {
    closed = true;
    terms.awaited().is(Awaited.NONE);
    deframer.close();
  }
}
