package dev.meshkit.grpc;

import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StreamTracer;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells an application's stream tracers of a call's messages and of its end, as grpc-netty does.
 * Sizes are those of messages without their 5-byte prefix. Outbound and inbound messages are each
 * told by one thread at a time.
 *
 * @param <T> a tracer
 */
class Tracing<T extends StreamTracer> {
  private static final System.Logger LOG = System.getLogger(Tracing.class.getName());
  private static final long UNKNOWN = -1;

  private final List<T> tracers;
  private final AtomicBoolean closed = new AtomicBoolean();
  private int sent;
  private int received;

  Tracing(List<T> tracers) {
    this.tracers = List.copyOf(tracers);
  }

  /** The tracers, none of them for most calls. */
  final List<T> tracers() {
    return tracers;
  }

  /** Whether nobody traces. */
  final boolean isEmpty() {
    return tracers.isEmpty();
  }

  /** The length of a message that is about to be serialized; only asked if someone traces. */
  final long lengthOf(InputStream message) {
    if (tracers.isEmpty() || !(message instanceof KnownLength known)) return UNKNOWN;
    try {
      return known.available();
    } catch (IOException unreadable) {
      return UNKNOWN; // who serializes it will say so
    }
  }

  /**
   * A message was framed, of so many bytes before it was compressed. Gives its frame back, unless a
   * tracer throws: then nobody will send it.
   */
  final ByteBuf sent(ByteBuf frame, long bytes) {
    if (tracers.isEmpty()) return frame;
    try {
      tellSent(frame.readableBytes() - Framer.HEADER_BYTES, bytes);
      return frame;
    } catch (RuntimeException | Error failure) {
      frame.release();
      throw failure;
    }
  }

  private void tellSent(long wireBytes, long bytes) {
    var number = sent++;
    for (var tracer : tracers) {
      tracer.outboundMessage(number);
      tracer.outboundMessageSent(number, wireBytes, bytes);
      tracer.outboundWireSize(wireBytes);
      tracer.outboundUncompressedSize(bytes);
    }
  }

  /** A whole message was read. */
  final void received(long wireBytes, long bytes) {
    if (tracers.isEmpty()) return;
    var number = received++;
    for (var tracer : tracers) {
      tracer.inboundMessage(number);
      tracer.inboundWireSize(wireBytes);
      tracer.inboundMessageRead(number, wireBytes, bytes);
      tracer.inboundUncompressedSize(bytes);
    }
  }

  /** The stream has ended; only the first time counts. What a tracer throws changes nothing. */
  final void closed(Status status) {
    if (tracers.isEmpty() || !closed.compareAndSet(false, true)) return;
    for (var tracer : tracers) {
      try {
        tracer.streamClosed(status);
      } catch (RuntimeException | Error failure) {
        LOG.log(System.Logger.Level.WARNING, "a tracer threw at the end of its call", failure);
      }
    }
  }
}
