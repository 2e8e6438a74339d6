package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;

/** §9: what our own peers send is read without Netty's handlers, if it comes whole. */
class PlainMessageTest {
  private static final byte[] DATA = H3.frame(H3.DATA, H3.message(new byte[128]));

  private final RequestFields requests =
      new RequestFields(
          "localhost:7443",
          "meshkit/1",
          new Codecs(
              CompressorRegistry.getDefaultInstance(), DecompressorRegistry.getDefaultInstance()));

  /** How many frames are passed on; 0 if Netty is to read it. */
  private static int frames(boolean request, byte[]... parts) {
    var bytes = Unpooled.directBuffer().writeBytes(H3.concat(parts));
    var channel =
        new EmbeddedChannel(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                PlainMessage.pass((ByteBuf) message, request, ctx);
              }
            });
    channel.pipeline().fireChannelRead(bytes);
    var frames = 0;
    for (var frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      ReferenceCountUtil.release(frame);
      frames++;
    }
    bytes.release();
    return frames;
  }

  private static Metadata metadata() {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-trace.id_1", Metadata.ASCII_STRING_MARSHALLER), "a b~");
    metadata.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1, 2, 3});
    return metadata;
  }

  @Test
  void requestsOfOurs() {
    var options = CallOptions.DEFAULT.withOption(Http3ChannelBuilder.URGENCY, 1);
    var head = requests.of(ProbeGrpc.getUnaryMethod(), metadata(), options);
    assertEquals(2, frames(true, PlainFuzz.bytes(head.copy().add("grpc-timeout", "99m")), DATA));
    assertEquals(3, frames(true, PlainFuzz.bytes(head), DATA, DATA));
    assertEquals(1, frames(true, PlainFuzz.bytes(head)));
  }

  @Test
  void responsesOfOurs() {
    var head = ResponseFields.head(metadata(), "identity");
    var ok = ResponseFields.trailers(Status.OK, metadata(), false, 8_192);
    var failed = Status.NOT_FOUND.withDescription("no such thing: ü");
    assertEquals(3, frames(false, PlainFuzz.bytes(head), DATA, PlainFuzz.bytes(ok)));
    assertEquals(
        1,
        frames(false, PlainFuzz.bytes(ResponseFields.trailers(failed, metadata(), true, 8_192))));
  }

  /** What is not whole, or odd, is Netty's. */
  @Test
  void nothingElse() {
    var head =
        PlainFuzz.bytes(
            requests.of(ProbeGrpc.getUnaryMethod(), new Metadata(), CallOptions.DEFAULT));
    var trailers =
        PlainFuzz.bytes(ResponseFields.trailers(Status.OK, new Metadata(), false, 8_192));
    assertEquals(0, frames(true, head, DATA, trailers), "trailers of a request");
    assertEquals(0, frames(true, head, H3.frame(H3.RESERVED)), "a frame that means nothing");
    assertEquals(0, frames(true, head, H3.frameOfLength(H3.DATA, 50, new byte[3])), "cut off");
    assertEquals(0, frames(true, DATA), "no head");
    assertEquals(0, frames(true), "nothing");
    assertEquals(0, frames(false, head, DATA), "a request as a response");
    assertEquals(
        0, frames(false, PlainFuzz.bytes(ResponseFields.head()), trailers, DATA), "a late DATA");
    var huffman = HostileFrames.hex("0000" + "d4d7" + "518163" + "500161"); // :path, :authority
    assertEquals(0, frames(true, H3.frame(H3.HEADERS, huffman), DATA), "Huffman's code");
    huffman[5] = 1; // the same length, in ASCII
    assertEquals(2, frames(true, H3.frame(H3.HEADERS, huffman), DATA));
  }
}
