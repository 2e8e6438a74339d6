package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import tech.kwik.core.QuicStream;

/** A stream of a Kwik connection: bytes go out as given, frames come in as they are. */
final class H3Stream {
  /** What came in. */
  sealed interface Event {}

  /** A frame, whole. */
  record Frame(long type, byte[] payload) implements Event {
    List<Map.Entry<String, String>> fields() {
      assertEquals(H3.HEADERS, type);
      return H3.fields(payload);
    }
  }

  /** FIN, where a frame could have begun. */
  record End() implements Event {}

  /** The stream is gone: reset, or its connection is. */
  record Gone(String why) implements Event {}

  private final QuicStream stream;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean nudged = new AtomicBoolean();

  private H3Stream(QuicStream stream) {
    this.stream = stream;
  }

  /** A stream whose frames are read from here on. */
  static H3Stream reading(QuicStream stream) {
    var reading = new H3Stream(stream);
    Thread.ofVirtual().name("kwik-stream").start(reading::read);
    return reading;
  }

  /** A stream that is only written. */
  static H3Stream writing(QuicStream stream) {
    return new H3Stream(stream);
  }

  int id() {
    return stream.getStreamId();
  }

  H3Stream send(byte[]... bytes) throws IOException {
    nudge();
    stream.getOutputStream().write(H3.concat(bytes));
    return this;
  }

  /** FIN. */
  H3Stream finish() throws IOException {
    nudge();
    stream.getOutputStream().close();
    return this;
  }

  private void nudge() {
    if (nudged.compareAndSet(false, true)) KwikNudge.start(stream);
  }

  /** RESET_STREAM. */
  void reset(long code) {
    stream.resetStream(code);
  }

  /** STOP_SENDING. */
  void stop(long code) {
    stream.abortReading(code);
  }

  private void read() {
    try (var in = new DataInputStream(stream.getInputStream())) {
      for (var first = in.read(); first >= 0; first = in.read()) {
        var type = varint(first, in);
        var payload = new byte[(int) varint(in.readUnsignedByte(), in)];
        in.readFully(payload);
        events.add(new Frame(type, payload));
      }
      events.add(new End());
    } catch (EOFException truncated) {
      events.add(new Gone("FIN within a frame"));
    } catch (IOException gone) {
      events.add(new Gone(String.valueOf(gone.getMessage())));
    }
  }

  /** The rest of a variable-length integer. */
  static long varint(int first, InputStream in) throws IOException {
    var value = first & 0x3FL;
    for (var more = (1 << (first >> 6)) - 1; more > 0; more--) value = value << 8 | in.read();
    return value;
  }

  /** Waits for what comes next; reserved frames, which mean nothing, are skipped. */
  Event next() throws InterruptedException {
    while (true) {
      var event = events.poll(90, TimeUnit.SECONDS);
      assertNotNull(event, "nothing comes on stream " + id());
      if (!(event instanceof Frame(var type, _)) || (type - 0x21) % 31 != 0) return event;
    }
  }

  /** Waits for a frame of this type. */
  Frame next(long type) throws InterruptedException {
    var frame = assertInstanceOf(Frame.class, next());
    assertEquals(type, frame.type());
    return frame;
  }

  /** Waits for everything up to the end. */
  Message all() throws InterruptedException {
    var sections = new ArrayList<Map<String, String>>();
    var body = new ArrayList<byte[]>();
    var event = next();
    for (; event instanceof Frame frame; event = next()) {
      if (frame.type() == H3.HEADERS) {
        var section = new java.util.LinkedHashMap<String, String>();
        frame.fields().forEach(f -> section.merge(f.getKey(), f.getValue(), (a, b) -> a + "," + b));
        sections.add(section);
      } else {
        assertEquals(H3.DATA, frame.type());
        body.add(frame.payload());
      }
    }
    return new Message(sections, H3.concat(body.toArray(byte[][]::new)), event);
  }

  /**
   * A request or a response.
   *
   * @param sections headers, and trailers if there were any
   * @param end FIN, or what came instead
   */
  record Message(List<Map<String, String>> sections, byte[] body, Event end) {
    /** A field of the first section. */
    String header(String name) {
      return String.valueOf(sections.getFirst().get(name));
    }

    /** A field of the last section. */
    String trailer(String name) {
      return String.valueOf(sections.getLast().get(name));
    }

    /** Asserts that it came to its end, in order, and gives its {@code grpc-status}. */
    String grpcStatus() {
      assertInstanceOf(End.class, end);
      return trailer("grpc-status");
    }
  }
}
