package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T12, T13, T16: however a call ends, the stream it had may be opened again. A server offers 256;
 * each test here ends more calls than that one way on one connection that does not age.
 */
@Timeout(120)
class StreamCreditTest {
  private static final int CALLS = 300;

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private ManagedChannel channel(ProbeGrpc.ProbeImplBase service) throws Exception {
    return channel(service.bindService());
  }

  private ManagedChannel channel(ServerServiceDefinition service) throws Exception {
    var server =
        mesh.start(
            mesh.server()
                .addService(service)
                .bounds(Bounds.defaults().with(Bounds.Floods.endless()))
                .lifetime(Lifetime.ofAccepted().withAbandoned(Long.MAX_VALUE)));
    return mesh.open(
        mesh.channel(server).lifetime(Lifetime.ofDialled().withAbandoned(Long.MAX_VALUE)));
  }

  private static ProbeGrpc.ProbeStub stub(ManagedChannel channel) {
    return ProbeGrpc.newStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  @Test
  void callsThatAreCancelledAfterHalfClose() throws Exception {
    var channel = channel(new ProbeService());
    for (var i = 0; i < CALLS; i++) {
      var context = Context.current().withCancellation();
      var answers = new Recorder<Answer>();
      var silent = Ask.newBuilder().setSilent(true).build();
      context.run(() -> stub(channel).unary(silent, answers));
      context.cancel(null);
      assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    }
    stillWorks(channel);
  }

  @Test
  void callsThatAreCancelledWhileTheyTalk() throws Exception {
    var channel = channel(new ProbeService());
    for (var i = 0; i < CALLS; i++) {
      var answers = new Recorder<Answer>();
      var asks = stub(channel).talk(answers);
      asks.onNext(Ask.getDefaultInstance());
      answers.next();
      asks.onError(Status.CANCELLED.asException());
      assertEquals(Status.Code.CANCELLED, answers.status().getCode());
    }
    stillWorks(channel);
  }

  @Test
  void callsThatAreAnsweredEarly() throws Exception {
    var channel = channel(new Hasty());
    for (var i = 0; i < CALLS; i++) {
      var answers = new Recorder<Answer>();
      var asks = stub(channel).upload(answers);
      for (var ask = 0; ask < i % 7; ask++) asks.onNext(ConformanceBed.ask(20_000, 0));
      assertEquals(Status.OK, answers.status());
    }
    var answers = new Recorder<Answer>();
    stub(channel).upload(answers).onCompleted();
    assertEquals(Status.OK, answers.status());
  }

  @Test
  void callsThatNobodyImplements() throws Exception {
    var channel = channel(new ProbeService());
    for (var i = 0; i < CALLS; i++) {
      var answers = new Recorder<Answer>();
      stub(channel).missing(Ask.getDefaultInstance(), answers);
      assertEquals(Status.Code.UNIMPLEMENTED, answers.status().getCode());
    }
    stillWorks(channel);
  }

  @Test
  void callsWhoseDeadlinePassesWhileTheyTalk() throws Exception {
    var channel = channel(new ProbeService());
    for (var round = 0; round < 3; round++) {
      var open = new java.util.ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 120; i++) {
        var answers = new Recorder<Answer>();
        stub(channel).withDeadlineAfter(100, TimeUnit.MILLISECONDS).talk(answers);
        open.add(answers);
      }
      for (var answers : open) {
        assertEquals(Status.Code.DEADLINE_EXCEEDED, answers.status().getCode());
      }
    }
    stillWorks(channel);
  }

  private static void stillWorks(ManagedChannel channel) throws Exception {
    var answers = new Recorder<Answer>();
    stub(channel).unary(Ask.getDefaultInstance(), answers);
    assertEquals(Status.OK, answers.status());
  }

  /** Answers as soon as it is called, without reading anything. */
  static final class Hasty extends ProbeGrpc.ProbeImplBase {
    @Override
    public StreamObserver<Ask> upload(StreamObserver<Answer> out) {
      ((ServerCallStreamObserver<Answer>) out).disableAutoRequest();
      out.onNext(Answer.newBuilder().setBody(ConformanceBed.ask(1_000, 0).getBody()).build());
      out.onCompleted();
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
