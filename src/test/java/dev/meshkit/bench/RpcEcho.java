package dev.meshkit.bench;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * What both servers answer: the cheapest service there is, and streams as fast as they are taken.
 */
final class RpcEcho extends ProbeGrpc.ProbeImplBase {
  static final int BODY_BYTES = 128;
  static final int CHUNK_BYTES = 64 << 10;
  static final Ask ASK =
      Ask.newBuilder().setBody(ByteString.copyFrom(new byte[BODY_BYTES])).build();
  static final Ask CHUNK_ASK =
      Ask.newBuilder().setBody(ByteString.copyFrom(new byte[CHUNK_BYTES])).build();

  private static final Answer ANSWER =
      Answer.newBuilder().setBody(ByteString.copyFrom(new byte[BODY_BYTES])).build();
  private static final Answer CHUNK =
      Answer.newBuilder().setBody(ByteString.copyFrom(new byte[CHUNK_BYTES])).build();

  @Override
  public void unary(Ask ask, StreamObserver<Answer> out) {
    out.onNext(ANSWER);
    out.onCompleted();
  }

  /** As many chunks as asked for, never more than the stream takes at once. */
  @Override
  public void download(Ask ask, StreamObserver<Answer> out) {
    var call = (ServerCallStreamObserver<Answer>) out;
    var left = new int[] {ask.getAnswers()};
    call.setOnReadyHandler(
        () -> {
          while (call.isReady() && left[0] > 0) {
            left[0]--;
            call.onNext(CHUNK);
            if (left[0] == 0) call.onCompleted();
          }
        });
  }

  @Override
  public StreamObserver<Ask> upload(StreamObserver<Answer> out) {
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

  /** As small an answer for each as there is. */
  @Override
  public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(Ask ask) {
        out.onNext(Answer.getDefaultInstance());
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }
}
