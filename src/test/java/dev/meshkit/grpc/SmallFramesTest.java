package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T6: a peer may send DATA frames of a single byte (RFC 9114 §4.1); it may not cost us more. */
@Timeout(120)
class SmallFramesTest {
  private static final int SENT = 300_000; // of a message of one MiB
  private static final byte[] PREFIX = {0, 0, 0x10, 0, 0};

  @Test
  void aMessageInSingleBytesIsKeptInLittleMoreThanItsLength() throws Exception {
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(new ProbeService()));
      try (var client = stranger(mesh, server)) {
        var call = client.bare();
        send(call, Unpooled.wrappedBuffer(KwikClient.head("/meshkit.test.Probe/Upload")));
        send(call, frames(PREFIX));
        var before = Memory.now();
        send(call, frames(new byte[SENT]));
        var grown = Memory.now().since(before);
        var bytes = grown.heapBytes() + grown.directBytes();
        assertTrue(bytes < 10L * SENT, bytes + " bytes for " + SENT + " of a message");
        assertFalse(client.isClosed());
        assertEquals(java.util.List.of(), call.read);
      }
    }
  }

  private static RawClient stranger(Meshless mesh, Server server) throws Exception {
    return new RawClient(Meshless.addressOf(server), mesh.ca.identity("spiffe://test/stranger"));
  }

  /** Waits until QUIC has taken it: all but the last window of it was read by the server. */
  private static void send(RawClient.Stream call, ByteBuf bytes) throws Exception {
    call.channel().writeAndFlush(bytes).get(60, TimeUnit.SECONDS);
  }

  private static ByteBuf frames(byte[] bytes) {
    var frames = Unpooled.directBuffer(3 * bytes.length);
    for (var one : bytes) frames.writeByte(0).writeByte(1).writeByte(one);
    return frames;
  }
}
