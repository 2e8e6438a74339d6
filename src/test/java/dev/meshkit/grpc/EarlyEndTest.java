package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T12: a handler that ends its call before the request is complete, with an answer for which the
 * client makes no room yet, and a request that is complete only then.
 */
@Timeout(120)
class EarlyEndTest {
  private static final int MESSAGES = 8;
  private static final int MESSAGE_BYTES = 128 << 10; // together more than a stream's window

  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch contextOver = new CountDownLatch(1);
  private final AtomicReference<String> how = new AtomicReference<>("");

  private ServerCall.Listener<Ask> answerAtOnce(ServerCall<Ask, Answer> call, Metadata headers) {
    Context.current().addListener(_ -> contextOver.countDown(), Runnable::run);
    call.sendHeaders(new Metadata());
    var body = ByteString.copyFrom(new byte[MESSAGE_BYTES]);
    for (var i = 0; i < MESSAGES; i++) call.sendMessage(Answer.newBuilder().setBody(body).build());
    call.close(Status.OK, new Metadata());
    return new ServerCall.Listener<>() {
      @Override
      public void onComplete() {
        how.set("complete");
        over.countDown();
      }

      @Override
      public void onCancel() {
        how.set("cancelled");
        over.countDown();
      }
    };
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
        .addMethod(ProbeGrpc.getTalkMethod(), this::answerAtOnce)
        .build();
  }

  /** Counts the messages, and waits for none. */
  private static final class Counting extends ClientCall.Listener<Answer> {
    final AtomicInteger messages = new AtomicInteger();
    final CountDownLatch headers = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicReference<Status> status = new AtomicReference<>();

    @Override
    public void onHeaders(Metadata fields) {
      headers.countDown();
    }

    @Override
    public void onMessage(Answer message) {
      messages.incrementAndGet();
    }

    @Override
    public void onClose(Status how, Metadata trailers) {
      status.set(how);
      closed.countDown();
    }
  }

  /** What was sent before this call has been read when it is answered. */
  private static void awaitRead(Channel channel) {
    var late = ProbeGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    var none =
        assertThrows(StatusRuntimeException.class, () -> late.unary(Ask.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, none.getStatus().getCode());
  }

  /** A call whose answer waits for room, and whose request the server knows to be complete. */
  private static ClientCall<Ask, Answer> halfClosed(Channel channel, Counting counting)
      throws InterruptedException {
    var call = channel.newCall(ProbeGrpc.getTalkMethod(), CallOptions.DEFAULT);
    call.start(counting, new Metadata());
    assertTrue(counting.headers.await(90, TimeUnit.SECONDS));
    call.halfClose();
    awaitRead(channel);
    return call;
  }

  @Test
  void itsEndIsToldOnceTheAnswerIsTaken() throws Exception {
    try (var mesh = new Meshless()) {
      var channel = mesh.open(mesh.channel(mesh.start(mesh.server().addService(service()))));
      var counting = new Counting();
      var call = halfClosed(channel, counting);
      assertEquals(1, over.getCount(), "the answer is not taken yet");
      call.request(2 * MESSAGES);
      assertTrue(counting.closed.await(90, TimeUnit.SECONDS));
      assertEquals(Status.Code.OK, counting.status.get().getCode());
      assertEquals(MESSAGES, counting.messages.get());
      assertTrue(over.await(90, TimeUnit.SECONDS), "the handler hears of the end");
      assertEquals("complete", how.get());
      assertTrue(contextOver.await(90, TimeUnit.SECONDS));
    }
  }

  @Test
  void itIsCancelledIfTheClientGoesInstead() throws Exception {
    try (var mesh = new Meshless()) {
      var channel = mesh.open(mesh.channel(mesh.start(mesh.server().addService(service()))));
      halfClosed(channel, new Counting());
      channel.shutdownNow();
      assertTrue(over.await(90, TimeUnit.SECONDS), "the handler hears of the end");
      assertEquals("cancelled", how.get());
      assertTrue(contextOver.await(90, TimeUnit.SECONDS));
    }
  }
}
