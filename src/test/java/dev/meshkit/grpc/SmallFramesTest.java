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
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T6: a peer may send DATA frames of a single byte (RFC 9114 §4.1); it may not cost us more. */
@Timeout(120)
class SmallFramesTest {
  private static final int SENT = 300_000; // of a message of one MiB
  private static final int STREAMS = 40;
  private static final int BURSTS = 280; // gathered in 4 KiB each they took 1 MiB a stream
  private static final long MOST_BYTES = STREAMS * (256L << 10); // far from that, and from 64 KiB
  private static final int NOTHING_BYTES = 1_000;
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
        Awaitility.await() // what was read is garbage only when all of it was looked at
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertKept(10L * SENT, before));
        assertFalse(client.isClosed());
        assertEquals(List.of(), call.read);
      }
    }
  }

  /** What a peer sends again and again, each in a packet of its own. */
  enum Shape {
    TWO_BYTES_IN_A_FRAME_EACH,
    A_BYTE_BESIDE_WHAT_MEANS_NOTHING
  }

  /**
   * Nobody takes what arrives, and it arrives as a byte or two at a time: then the 64 KiB that may
   * be read ahead on a stream are of memory, and not of messages.
   */
  @ParameterizedTest
  @EnumSource
  void tinyBurstsForABusyHandlerAreBoundedByTheMemoryTheyTake(Shape shape) throws Exception {
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
        assertTrue(handler.entered.await(90, TimeUnit.SECONDS));
        var before = Memory.now();
        for (var burst = 0; burst < BURSTS; burst++) sendEach(calls, shape);
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> Memory.now().since(before).directBytes() < MOST_BYTES);
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
    call.channel().writeAndFlush(bytes).get(90, TimeUnit.SECONDS);
  }

  /** Of this shape one on each; waits until QUIC has taken them. */
  private static void sendEach(List<RawClient.Stream> calls, Shape shape) throws Exception {
    var writes = new ArrayList<ChannelFuture>();
    for (var call : calls) writes.add(call.channel().writeAndFlush(bytesOf(shape)));
    for (var write : writes) write.get(90, TimeUnit.SECONDS);
  }

  private static ByteBuf bytesOf(Shape shape) {
    return switch (shape) {
      case TWO_BYTES_IN_A_FRAME_EACH -> frames(new byte[2]);
      case A_BYTE_BESIDE_WHAT_MEANS_NOTHING -> {
        var both = frames(new byte[1]);
        Varint.write(both, QuicSettings.RESERVED_FRAME);
        Varint.write(both, NOTHING_BYTES);
        yield both.writeZero(NOTHING_BYTES);
      }
    };
  }

  private static void assertKept(long most, Memory before) throws IOException {
    var grown = Memory.now().since(before);
    assertTrue(grown.heapBytes() + grown.directBytes() < most, grown::toString);
  }

  private static ByteBuf frames(byte[] bytes) {
    var frames = Unpooled.directBuffer(3 * bytes.length);
    for (var one : bytes) frames.writeByte(0).writeByte(1).writeByte(one);
    return frames;
  }
}
