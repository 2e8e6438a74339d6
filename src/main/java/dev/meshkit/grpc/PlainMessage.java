package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import org.jspecify.annotations.Nullable;

/**
 * A request or a response that came whole in one read, and in plain form: HEADERS, DATA*, and of a
 * response trailers (RFC 9114 §4.1), nothing else. Most calls are that, and for them Netty's five
 * handlers a stream cost more than they do.
 */
final class PlainMessage {
  private static final int DATA = 0;
  private static final int HEADERS = 1;

  private final ByteBuf bytes;
  private final int end;
  private int at;
  private int length; // of the frame that was begun last

  private PlainMessage(ByteBuf bytes) {
    this.bytes = bytes;
    this.at = bytes.readerIndex();
    this.end = bytes.writerIndex();
  }

  /**
   * Passes the frames of such a message on, as Netty's handlers would; the caller still owns the
   * bytes. False, and nothing was passed on, if it is none.
   */
  static boolean pass(ByteBuf bytes, boolean request, ChannelHandlerContext to) {
    return new PlainMessage(bytes).pass(request, to);
  }

  private boolean pass(boolean request, ChannelHandlerContext to) {
    if (type() != HEADERS) return false;
    var part = request ? PlainFields.Part.REQUEST : PlainFields.Part.RESPONSE;
    var head = PlainFields.read(bytes, at, length, part);
    if (head == null) return false;
    at += length;
    var body = at;
    var type = DATA;
    while (at < end && (type = type()) == DATA) at += length;
    Http3Headers trailers = null;
    if (type != DATA) {
      if (type != HEADERS || request || at + length != end) return false;
      trailers = PlainFields.read(bytes, at, length, PlainFields.Part.TRAILERS);
      if (trailers == null) return false;
    }
    fire(head, body, trailers, to);
    return true;
  }

  private void fire(
      Http3Headers head, int body, @Nullable Http3Headers trailers, ChannelHandlerContext to) {
    to.fireChannelRead(new DefaultHttp3HeadersFrame(head));
    at = body;
    while (at < end && type() == DATA) {
      to.fireChannelRead(new DefaultHttp3DataFrame(bytes.retainedSlice(at, length)));
      at += length;
    }
    if (trailers != null) to.fireChannelRead(new DefaultHttp3HeadersFrame(trailers));
  }

  /** Reads the type and the length of a frame that is whole; −1 if it is another, or is not. */
  private int type() {
    if (end - at < 2) return -1;
    var type = bytes.getByte(at);
    var size = 1 << ((bytes.getByte(at + 1) & 0xC0) >> 6);
    if ((type != DATA && type != HEADERS) || end - at < 1 + size) return -1;
    var value = bytes.getByte(at + 1) & 0x3FL;
    for (var i = 1; i < size; i++) value = value << 8 | (bytes.getByte(at + 1 + i) & 0xFF);
    if (value > end - at - 1 - size) return -1;
    at += 1 + size;
    length = (int) value;
    return type;
  }
}
