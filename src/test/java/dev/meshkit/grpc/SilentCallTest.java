package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T17: a call on which nobody says anything outlives the time after which a path without a packet
 * is lost, because either end asks the other for a sign of life. Its request is open, so no probe
 * of the server's asks instead.
 */
@Timeout(60)
class SilentCallTest {
  private static final long NEVER_DAYS = 1_000_000;
  private static final long ASK_MS = 250; // without a packet: a tick
  private static final long PATIENCE_MS = 2_000;
  private static final long TICKS = 1 + PATIENCE_MS / Reactor.TICK_MS + 3; // and it would be lost

  /** A call, and how to speak on it. */
  private record Call(ManagedChannel channel, Recorder<Answer> answers, StreamObserver<Ask> asks) {
    static Call on(ManagedChannel channel) throws InterruptedException {
      var answers = new Recorder<Answer>();
      var call = new Call(channel, answers, ProbeGrpc.newStub(channel).talk(answers));
      call.speak(0);
      return call;
    }

    void speak(int bytes) throws InterruptedException {
      asks.onNext(Ask.newBuilder().setAnswerBytes(bytes).build());
      assertEquals(bytes, answers.next().getBody().size());
    }

    LoopTicks ticks() {
      return new LoopTicks(((Http3Channel) channel).loop(), () -> true);
    }
  }

  @Test
  void itLivesAsLongAsEitherEndIsAnswered() throws Exception {
    try (var mesh = new Meshless()) {
      var askedByClient = Call.on(mesh.open(channel(mesh, true)));
      var askedByServer = Call.on(mesh.open(channel(mesh, false)));
      try (var one = askedByClient.ticks();
          var other = askedByServer.ticks()) {
        one.await(TICKS);
        other.await(TICKS);
      }
      for (var call : List.of(askedByClient, askedByServer)) {
        call.speak(7);
        call.asks().onCompleted();
        assertEquals(Status.OK, call.answers().status());
      }
    }
  }

  /** To a server of its own; one of them asks, and the other never does. */
  private static Http3ChannelBuilder channel(Meshless mesh, boolean clientAsks) throws Exception {
    var server = mesh.server().addService(new ProbeService());
    server.keepAliveTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS);
    if (clientAsks) server.keepAliveTime(NEVER_DAYS, TimeUnit.DAYS);
    else server.keepAliveTime(ASK_MS, TimeUnit.MILLISECONDS);
    var channel = mesh.channel(mesh.start(server));
    channel.keepAliveTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS);
    return clientAsks
        ? channel.keepAliveTime(ASK_MS, TimeUnit.MILLISECONDS)
        : channel.keepAliveTime(NEVER_DAYS, TimeUnit.DAYS);
  }
}
