package dev.meshkit.grpc;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.AskOrBuilder;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The other side of the conformance cases; tells what it saw of cancellations. */
final class ProbeService extends ProbeGrpc.ProbeImplBase {
  final CountDownLatch arrived = new CountDownLatch(1);
  final CountDownLatch cancelled = new CountDownLatch(1);
  final CountDownLatch contextCancelled = new CountDownLatch(1);
  final AtomicInteger unary = new AtomicInteger();
  final AtomicReference<Thread> thread = new AtomicReference<>();
  final AtomicReference<io.grpc.Deadline> deadline = new AtomicReference<>();

  @Override
  public void unary(Ask ask, StreamObserver<Answer> out) {
    unary.incrementAndGet();
    thread.set(Thread.currentThread());
    deadline.set(Context.current().getDeadline());
    if (silent(ask, out) || failed(ask, out)) return;
    compress(ask, out);
    out.onNext(answer(ask));
    out.onCompleted();
  }

  @Override
  public void download(Ask ask, StreamObserver<Answer> out) {
    if (silent(ask, out) || failed(ask, out)) return;
    compress(ask, out);
    for (var size : ask.getSizesList()) out.onNext(answer(ask.toBuilder().setAnswerBytes(size)));
    for (var i = 0; i < ask.getAnswers(); i++) out.onNext(answer(ask));
    out.onCompleted();
  }

  /** In streams gzip is named in the headers, and each answer says whether it uses it. */
  private static void compress(Ask ask, StreamObserver<Answer> out) {
    var call = (ServerCallStreamObserver<Answer>) out;
    call.setCompression("gzip");
    call.setMessageCompression(ask.getCompressed());
  }

  @Override
  public StreamObserver<Ask> upload(StreamObserver<Answer> out) {
    watch(out);
    return new StreamObserver<>() {
      private long seen;

      @Override
      public void onNext(Ask ask) {
        seen += ask.getBody().size();
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onNext(Answer.newBuilder().setBytesSeen(seen).build());
        out.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
    thread.set(Thread.currentThread());
    watch(out);
    ((ServerCallStreamObserver<Answer>) out).setCompression("gzip");
    return new StreamObserver<>() {
      @Override
      public void onNext(Ask ask) {
        if (ask.getSilent() || failed(ask, out)) return;
        ((ServerCallStreamObserver<Answer>) out).setMessageCompression(ask.getCompressed());
        out.onNext(answer(ask));
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  private boolean silent(Ask ask, StreamObserver<Answer> out) {
    if (!ask.getSilent()) return false;
    watch(out);
    return true;
  }

  private void watch(StreamObserver<Answer> out) {
    deadline.set(Context.current().getDeadline());
    ((ServerCallStreamObserver<Answer>) out).setOnCancelHandler(cancelled::countDown);
    Context.current().addListener(_ -> contextCancelled.countDown(), Runnable::run);
    arrived.countDown();
  }

  private static boolean failed(Ask ask, StreamObserver<Answer> out) {
    if (ask.getStatus() == 0) return false;
    var status = Status.fromCodeValue(ask.getStatus()).withDescription(ask.getMessage());
    out.onError(status.asRuntimeException());
    return true;
  }

  private static Answer answer(AskOrBuilder ask) {
    return Answer.newBuilder()
        .setBody(ByteString.copyFrom(new byte[ask.getAnswerBytes()]))
        .setBytesSeen(ask.getBody().size())
        .build();
  }
}
