package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A handler that does nothing: its calls are kept, and the test acts for them. */
final class HandledCalls implements ServerCallHandler<Ask, Answer> {
  private final LinkedBlockingQueue<Handled> arriving = new LinkedBlockingQueue<>();

  @Override
  public ServerCall.Listener<Ask> startCall(ServerCall<Ask, Answer> call, Metadata headers) {
    var handled = new Handled(call, headers, Context.current());
    arriving.add(handled);
    return handled;
  }

  /** Whether none has arrived that was not yet {@link #next}. */
  boolean isEmpty() {
    return arriving.isEmpty();
  }

  /** Waits for the next call. */
  Handled next() throws InterruptedException {
    var handled = arriving.poll(90, TimeUnit.SECONDS);
    assertNotNull(handled, "no call arrives");
    return handled;
  }

  /** A call, and what its listener heard. */
  static final class Handled extends ServerCall.Listener<Ask> {
    final ServerCall<Ask, Answer> call;
    final Metadata headers;
    final Context context;
    final Serial events = new Serial();

    Handled(ServerCall<Ask, Answer> call, Metadata headers, Context context) {
      this.call = call;
      this.headers = headers;
      this.context = context;
    }

    /** The context ends on a thread of its own, before or after the listener hears of it. */
    void awaitContextCancelled() throws InterruptedException {
      var ended = new CountDownLatch(1);
      context.addListener(_ -> ended.countDown(), Runnable::run);
      assertTrue(ended.await(90, TimeUnit.SECONDS), "the call's context is not cancelled");
    }

    @Override
    public void onMessage(Ask message) {
      events.heard("message");
    }

    @Override
    public void onHalfClose() {
      events.heard("halfClose");
    }

    @Override
    public void onCancel() {
      events.heard("cancel");
    }

    @Override
    public void onComplete() {
      events.heard("complete");
    }

    @Override
    public void onReady() {
      events.heard("ready");
    }
  }
}
