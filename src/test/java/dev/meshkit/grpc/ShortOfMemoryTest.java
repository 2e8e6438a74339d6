package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Ask;
import io.grpc.Codec;
import io.grpc.Status;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * S28, T6: memory that runs out in the middle of a write costs the call that wanted it, and neither
 * its connection nor what goes on there from time to time.
 */
@Timeout(60)
class ShortOfMemoryTest {
  private final ProbeService service = new ProbeService();
  private Meshless mesh;
  private BareChannel channel;
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var server = mesh.start(mesh.server().addService(service));
    channel = new BareChannel(server.getPort(), mesh.ca.identity(Meshless.CLIENT));
    connection = channel.open().connection();
  }

  @AfterEach
  void close() throws Exception {
    channel.close();
    mesh.close();
  }

  /** Has nothing the first time it is asked. */
  private static final class Exhausted extends AbstractByteBufAllocator {
    final AtomicInteger asked = new AtomicInteger();
    private final boolean memory;

    Exhausted(boolean memory) {
      this.memory = memory;
    }

    @Override
    protected ByteBuf newDirectBuffer(int bytes, int most) {
      if (asked.getAndIncrement() > 0) return ByteBufAllocator.DEFAULT.directBuffer(bytes, most);
      if (memory) throw new OutOfMemoryError("planted: no direct memory");
      throw new IllegalStateException("planted");
    }

    @Override
    protected ByteBuf newHeapBuffer(int bytes, int most) {
      return ByteBufAllocator.DEFAULT.heapBuffer(bytes, most);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  /** Opens a stream of QUIC's on the connection, for {@code call}. */
  private void stream(BareChannel.Call call, Consumer<QuicStreamChannel> use) throws Exception {
    channel.onLoop(
        () ->
            connection
                .channel()
                .createStream(QuicStreamType.BIDIRECTIONAL, new StreamTail(connection, call.stream))
                .addListener(
                    (Future<QuicStreamChannel> opened) -> {
                      connection.streamOpened(opened.getNow().streamId(), call.stream);
                      use.accept(opened.getNow());
                    }));
  }

  private void assertUnharmed() throws Exception {
    assertSame(connection, channel.open().connection());
    channel.onLoop(() -> assertFalse(connection.isClosed()));
  }

  private static ByteBuf frame() {
    return frame(InputStream.nullInputStream());
  }

  private static ByteBuf frame(InputStream message) {
    return Framer.frame(message, Codec.Identity.NONE, UnpooledByteBufAllocator.DEFAULT);
  }

  /** Else the message would come without HEADERS, for which the server closes the connection. */
  @Test
  void aHeadThatCannotBeWrittenEndsItsCallAlone() throws Exception {
    var call = new BareChannel.Call(channel, false);
    var message = frame();
    call.stream.send(message);
    stream(
        call,
        opened -> {
          opened.config().setAllocator(new Exhausted(true));
          call.stream.open(connection, opened, new StreamRequest(BareChannel.head(), 3), () -> {});
        });
    call.stream.finish();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, call.failure().getCode());
    assertUnharmed();
    channel.onLoop(() -> assertEquals(0, message.refCnt()));
  }

  @Test
  void aMessageThatCannotBeWrittenEndsItsCallAlone() throws Exception {
    var codes = java.util.Map.of(true, Status.Code.RESOURCE_EXHAUSTED, false, Status.Code.INTERNAL);
    for (var memory : codes.keySet()) {
      var call = new BareChannel.Call(channel, false);
      stream(
          call,
          opened -> {
            call.stream.open(
                connection, opened, new StreamRequest(BareChannel.head(), 3), () -> {});
            opened.config().setAllocator(new Exhausted(memory));
          });
      var message = frame();
      call.stream.send(message);
      call.stream.finish();
      assertEquals(codes.get(memory), call.failure().getCode());
      assertUnharmed();
      channel.onLoop(() -> assertEquals(0, message.refCnt()));
    }
  }

  /**
   * T10: nor does the other side go on with a call that is over here: its request is complete and
   * its handler silent, so that it would hear of nothing but what is told beside the call.
   */
  @Test
  void aCallThatIsLostHereIsToldThere() throws Exception {
    var call = new BareChannel.Call(channel, false);
    stream(
        call,
        opened ->
            call.stream.open(
                connection, opened, new StreamRequest(BareChannel.head(), 3), () -> {}));
    var silent = Ask.newBuilder().setSilent(true).build().toByteArray();
    call.stream.send(frame(new ByteArrayInputStream(silent)));
    call.stream.finish();
    assertTrue(service.arrived.await(90, TimeUnit.SECONDS));
    channel.onLoop(() -> call.stream.lost(Status.INTERNAL, Http3ErrorCode.H3_INTERNAL_ERROR));
    assertTrue(service.cancelled.await(90, TimeUnit.SECONDS));
  }

  /** T11: who is probed later must not go on without it. */
  @Test
  void probesGoOn() throws Exception {
    var silent = new BareChannel.Call(channel, true);
    var allocator = new Exhausted(true);
    stream(
        silent,
        opened -> {
          opened.config().setAllocator(allocator);
          silent.stream.accept(connection, opened);
          silent.stream.inflow().fin(); // the request is complete, and nothing of an answer there
          new ProbeRounds(connection).begin();
        });
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> allocator.asked.get() >= 2);
  }

  /** T17: nor may a loop's ticks end, for anybody. */
  @Test
  void ticksGoOn() throws Exception {
    var ticks = new AtomicInteger();
    var call =
        new BareChannel.Call(channel, false) {
          @Override
          public void tick() {
            if (ticks.incrementAndGet() < 3) throw new OutOfMemoryError("planted");
          }
        };
    channel.onLoop(() -> connection.streams().add(1L << 40, call.stream));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ticks.get() > 3);
    channel.onLoop(() -> connection.streams().remove(1L << 40));
  }

  /** What was taken for a message is given back if the message breaks off with an error. */
  @Test
  void aMessageThatBreaksOffKeepsNothing() {
    var allocator = new UnpooledByteBufAllocator(true);
    var broken =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public long transferTo(OutputStream out) {
            throw new InternalError("planted");
          }
        };
    assertThrows(InternalError.class, () -> Framer.frame(broken, Codec.Identity.NONE, allocator));
    assertEquals(0, allocator.metric().usedDirectMemory());
  }
}
