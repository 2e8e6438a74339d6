package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T5: a client's tracer that throws; a server's is in {@link LastCallbackTest}. */
@Timeout(60)
class ThrowingTracerTest {
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private static ClientStreamTracer.Factory factory(ClientStreamTracer tracer) {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        return tracer;
      }
    };
  }

  private Recorder<Answer> traced(ClientStreamTracer... tracers) throws Exception {
    var server = mesh.start(mesh.server().addService(new ProbeService()));
    var options = CallOptions.DEFAULT;
    for (var tracer : tracers) options = options.withStreamTracerFactory(factory(tracer));
    var call = mesh.open(mesh.channel(server)).newCall(ProbeGrpc.getUnaryMethod(), options);
    var answers = new Recorder<Answer>();
    ClientCalls.asyncUnaryCall(call, Ask.getDefaultInstance(), answers);
    return answers;
  }

  /** The caller, and the other tracers, hear of the end all the same. */
  @Test
  void itsCallEndsAllTheSame() throws Exception {
    var told = new CountDownLatch(1);
    var answers =
        traced(
            new ClientStreamTracer() {
              @Override
              public void streamClosed(Status status) {
                throw new IllegalStateException("planted");
              }
            },
            new ClientStreamTracer() {
              @Override
              public void streamClosed(Status status) {
                told.countDown();
              }
            });
    assertEquals(Status.OK, answers.status());
    HeldLoop.await(told);
  }

  @Test
  void aFrameThatIsNotSentIsGivenBack() {
    var tracer =
        new ClientStreamTracer() {
          @Override
          public void outboundMessage(int number) {
            throw new IllegalStateException("planted");
          }
        };
    var frame = Unpooled.buffer().writeZero(100);
    var tracing = new Tracing<>(List.of(tracer));
    assertThrows(IllegalStateException.class, () -> tracing.sent(frame, 90));
    assertEquals(0, frame.refCnt());
  }
}
