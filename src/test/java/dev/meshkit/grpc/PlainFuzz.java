package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * T7: what is read without Netty's handlers is a request or a response in proper form, and means
 * what Kwik's decoder reads in it; what is not read so is left as it came.
 *
 * <p>Input: whether it is a request, then the bytes of a stream.
 */
public final class PlainFuzz implements FuzzTarget {
  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var request = input.octet() % 2 == 1;
    var wire = input.rest();
    Meter.watch(
        meter -> {
          var reader = new Reader(request);
          var channel = new EmbeddedChannel(reader);
          var stream = Unpooled.directBuffer().writeBytes(wire);
          // a field of a few bytes becomes a name, a value and an entry
          var plain = meter.of(64L * wire.length, () -> read(channel, stream));
          var seen = new ArrayList<String>();
          for (var frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            seen.add(told(frame));
          }
          assertEquals(plain ? expected(request, wire) : List.of(), seen);
          assertEquals(wire.length, stream.readableBytes(), "as it came");
          assertTrue(stream.release(), "nobody keeps it");
          channel.finishAndReleaseAll();
        });
  }

  private static boolean read(EmbeddedChannel channel, ByteBuf stream) {
    var reader = channel.pipeline().get(Reader.class);
    channel.pipeline().fireChannelRead(stream);
    return reader.plain;
  }

  /** Is given the bytes of a stream. */
  private static final class Reader extends ChannelInboundHandlerAdapter {
    private final boolean request;
    private boolean plain;

    Reader(boolean request) {
      this.request = request;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object stream) {
      plain = PlainMessage.pass((ByteBuf) stream, request, ctx);
    }
  }

  private static String told(Object frame) {
    return switch (frame) {
      case Http3HeadersFrame head -> told(head.headers());
      case Http3DataFrame data -> {
        var bytes = new byte[data.content().readableBytes()];
        data.content().readBytes(bytes);
        data.release();
        yield told(bytes);
      }
      default -> throw new AssertionError("no frame of a message: " + frame);
    };
  }

  private static String told(Http3Headers fields) {
    var all = new ArrayList<String>();
    for (var field : fields) all.add(field.getKey() + "=" + field.getValue());
    return all.toString();
  }

  private static String told(byte[] data) {
    return "DATA " + java.util.HexFormat.of().formatHex(data);
  }

  /** The frames of a whole message, read by others, and by the rules of RFC 9114 §4.1 to §4.3. */
  private static List<String> expected(boolean request, byte[] wire) {
    var frames = new ArrayList<String>();
    var in = new Input(wire);
    var left = wire.length;
    var sections = 0;
    while (in.hasMore()) {
      var type = in.octet();
      var first = in.octet();
      var size = 1 << (first >> 6);
      var length = first & 0x3FL;
      for (var i = 1; i < size; i++) length = length << 8 | in.octet();
      left -= 1 + size + (int) length;
      assertTrue(left >= 0, "a frame that is cut off");
      var payload = new byte[(int) length];
      for (var i = 0; i < length; i++) payload[i] = (byte) in.octet();
      if (type == H3.HEADERS) {
        assertTrue(frames.isEmpty() || (!request && left == 0 && sections == 1), "trailers");
        frames.add(told(fields(payload, request, sections++ > 0)));
      } else {
        assertEquals(H3.DATA, type);
        assertFalse(frames.isEmpty(), "DATA first");
        frames.add(told(payload));
      }
    }
    assertTrue(sections > 0, "no head");
    return frames;
  }

  private static String told(List<Map.Entry<String, String>> fields) {
    var pseudo = new ArrayList<String>();
    for (var field : fields) pseudo.add(field.getKey() + "=" + field.getValue());
    return pseudo.toString();
  }

  private static List<Map.Entry<String, String>> fields(
      byte[] section, boolean request, boolean trailers) {
    var fields = H3.fields(section);
    var pseudo = new ArrayList<String>();
    var regular = false;
    for (var field : fields) {
      var name = field.getKey();
      if (name.startsWith(":")) {
        assertFalse(regular, "a pseudo-header after a field");
        pseudo.add(name);
        continue;
      }
      regular = true;
      assertTrue(name.matches("[a-z0-9._-]+"), name);
      assertTrue(field.getValue().matches("[\\x20-\\x7E]*"), name);
      assertFalse(List.of("content-length", "host", "connection").contains(name), name);
      if (name.equals("te")) assertEquals("trailers", field.getValue());
    }
    var wanted =
        trailers
            ? List.<String>of()
            : request ? List.of(":authority", ":method", ":path", ":scheme") : List.of(":status");
    assertEquals(wanted, pseudo.stream().sorted().toList());
    return fields;
  }

  @Override
  public List<byte[]> seeds() {
    var data = H3.frame(H3.DATA, H3.message(new byte[8]));
    var trailers = bytes(new FieldSection().add("grpc-status", "0").add("x-bin", "AAAA"));
    var asked = request(head().add("te", "trailers").named(44, 12, "application/grpc"), data);
    var answered = response(new FieldSection().indexed(25, 10), data, trailers);
    var seeds = new ArrayList<byte[]>();
    seeds.addAll(List.of(asked, answered, H3.concat(asked, trailers), H3.concat(answered, data)));
    seeds.add(response(new FieldSection().indexed(25, 10)));
    seeds.add(H3.concat(new byte[] {1}, H3.headers(KwikClient.fields("/a.B/C")), data));
    for (var odd :
        List.of(
            head().add("Upper", "x"),
            head().add("content-length", "9"),
            head().add("host", "other"),
            head().add("connection", "close"),
            head().add("te", "gzip"),
            head().add("x", "line\n"),
            head().add(":path", "/x"),
            head().named(0, 10, "twice"),
            head().add("a", "b").indexed(25, 10),
            new FieldSection()
                .indexed(20, 11)
                .indexed(23, 12)
                .named(0, 10, "h")
                .add("a", "b")
                .named(1, 5, "/x"),
            new FieldSection().indexed(20, 11).indexed(23, 12).named(1, 5, "/x"),
            new FieldSection().indexed(17, 10))) {
      seeds.add(request(odd, data));
    }
    return seeds;
  }

  private static FieldSection head() {
    return new FieldSection()
        .indexed(20, 11)
        .indexed(23, 12)
        .named(1, 5, "/a.B/C")
        .named(0, 10, "host");
  }

  private static byte[] request(FieldSection head, byte[] data) {
    return H3.concat(new byte[] {1}, bytes(head), data);
  }

  private static byte[] response(FieldSection head, byte[]... more) {
    return H3.concat(new byte[] {0}, bytes(head), H3.concat(more));
  }

  /** As it goes over the wire. */
  static byte[] bytes(FieldSection section) {
    var out = Unpooled.buffer();
    section.writeTo(out);
    var bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
