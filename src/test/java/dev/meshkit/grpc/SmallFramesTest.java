package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T6: a peer may send DATA frames of a single byte (RFC 9114 §4.1); it may not cost us more. */
@Timeout(120)
class SmallFramesTest {
  private static final int SENT = 300_000; // of a message of one MiB
  private static final int STREAMS = 32;
  private static final int BURSTS = 300; // the buffers of which would take 1.2 MiB a stream
  private static final int READ_AHEAD = 64 << 10;
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

  /**
   * Nobody takes what arrives, and it arrives as two frames of a byte at a time: then the 64 KiB
   * that may be read ahead on a stream are of memory, and not of messages.
   */
  @Test
  void tinyBurstsForABusyHandlerAreBoundedByTheMemoryTheyTake() throws Exception {
    var handler = new Busy();
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(handler.service()));
      try (var client = stranger(mesh, server)) {
        var calls = new ArrayList<RawClient.Stream>();
        for (var i = 0; i < STREAMS; i++) {
          var call = client.bare();
          send(call, Unpooled.wrappedBuffer(KwikClient.head("/meshkit.test.Probe/Talk")));
          calls.add(call);
        }
        handler.entered.await();
        var before = Memory.now();
        for (var burst = 0; burst < BURSTS; burst++) {
          for (var call : calls) send(call, frames(new byte[2]));
        }
        var direct = Memory.now().since(before).directBytes();
        assertTrue(direct < 3L * STREAMS * READ_AHEAD, direct + " bytes for " + STREAMS + " calls");
        assertFalse(client.isClosed());
      } finally {
        handler.left.countDown();
      }
    }
  }

  /** Holds each call's lane in the first thing it does. */
  private static final class Busy implements ServerCallHandler<Ask, Answer> {
    final CountDownLatch entered = new CountDownLatch(STREAMS);
    final CountDownLatch left = new CountDownLatch(1);

    ServerServiceDefinition service() {
      return ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
          .addMethod(ProbeGrpc.getTalkMethod(), this)
          .build();
    }

    @Override
    public ServerCall.Listener<Ask> startCall(ServerCall<Ask, Answer> call, Metadata headers) {
      entered.countDown();
      try {
        left.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
      return new ServerCall.Listener<>() {};
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
