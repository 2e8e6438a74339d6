package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T4, T5: a call whose last callback throws gives its place among the running ones back all the
 * same; and a client whose calls last and are then cancelled is no flood.
 */
@Timeout(120)
class LastCallbackTest {
  private static final int RUNNING = 32; // half of them of one client; few are at their end at once
  private static final int CALLS = 40;

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private ManagedChannel to(Http3ServerBuilder server) throws Exception {
    var few = Bounds.defaults().with(new Bounds.Load(512, RUNNING, RUNNING, 8));
    return mesh.open(mesh.channel(mesh.start(server.bounds(few))));
  }

  private static ServerServiceDefinition unary(ServerCallHandler<Ask, Answer> handler) {
    return ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
        .addMethod(ProbeGrpc.getUnaryMethod(), handler)
        .build();
  }

  /** Answers at once, and throws when it hears that the answer left, or that nobody wants it. */
  private static ServerCall.Listener<Ask> throwing(ServerCall<Ask, Answer> call, boolean answers) {
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        if (!answers) return;
        call.sendHeaders(new Metadata());
        call.sendMessage(Answer.getDefaultInstance());
        call.close(Status.OK, new Metadata());
      }

      @Override
      public void onComplete() {
        throw new IllegalStateException("planted");
      }

      @Override
      public void onCancel() {
        throw new AssertionError("planted");
      }
    };
  }

  private static void assertServed(ManagedChannel channel) {
    for (var i = 0; i < CALLS; i++) {
      ProbeGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .unary(Ask.getDefaultInstance());
    }
  }

  @Test
  void onCompleteMayThrow() throws Exception {
    assertServed(to(mesh.server().addService(unary((call, _) -> throwing(call, true)))));
  }

  @Test
  void aTracerMayThrow() throws Exception {
    var tracer =
        new ServerStreamTracer.Factory() {
          @Override
          public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new ServerStreamTracer() {
              @Override
              public void streamClosed(Status status) {
                throw new IllegalStateException("planted");
              }
            };
          }
        };
    assertServed(to(mesh.server().addService(new ProbeService()).addStreamTracerFactory(tracer)));
  }

  @Test
  void onCancelMayThrow() throws Exception {
    var channel = to(mesh.server().addService(unary((call, _) -> throwing(call, false))));
    for (var i = 0; i < CALLS; i++) {
      var stub = ProbeGrpc.newBlockingStub(channel).withDeadlineAfter(100, TimeUnit.MILLISECONDS);
      var status = ConformanceBed.failureOf(() -> stub.unary(Ask.getDefaultInstance()));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, status.getCode(), status::toString);
    }
  }

  /** More than are forgiven, were they rapid: each has run, and was given up after a while. */
  @Test
  void cancelsOfCallsThatRanAreNoFlood() throws Exception {
    var endless = unary((call, _) -> new ServerCall.Listener<>() {});
    var server = mesh.start(mesh.server().addService(endless));
    var channel = mesh.open(mesh.channel(server));
    for (var round = 0; round < 16; round++) {
      var all = new java.util.ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 100; i++) {
        var answers = new Recorder<Answer>();
        ProbeGrpc.newStub(channel)
            .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
            .unary(Ask.getDefaultInstance(), answers);
        all.add(answers);
      }
      for (var answers : all) {
        var status = answers.status();
        assertEquals(Status.Code.DEADLINE_EXCEEDED, status.getCode(), status::toString);
      }
    }
  }
}
