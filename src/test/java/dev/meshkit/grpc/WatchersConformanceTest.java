package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientTransportFilter;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** T39: stream tracers, transport filters and channel states show the same over each transport. */
class WatchersConformanceTest extends ConformanceBed {
  private static final Context.Key<String> KEY = Context.key("traced");
  private static final Attributes.Key<String> MARK = Attributes.Key.create("test.mark");

  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  /** What a client's tracer is told, but for times and for how long a stream was pending. */
  private final class OfClient extends ClientStreamTracer.Factory implements ClientInterceptor {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata sent) {
          seen.add("created");
        }

        @Override
        public void outboundHeaders() {
          seen.add("outbound headers");
        }

        @Override
        public void inboundHeaders(Metadata received) {
          seen.add("inbound headers");
        }

        @Override
        public void inboundTrailers(Metadata trailers) {
          seen.add("inbound trailers");
        }

        @Override
        public void outboundMessageSent(int number, long wire, long bytes) {
          seen.add("sent " + number + ": " + wire + " " + bytes);
        }

        @Override
        public void inboundMessageRead(int number, long wire, long bytes) {
          seen.add("read " + number + ": " + wire + " " + bytes);
        }

        @Override
        public void outboundWireSize(long bytes) {
          seen.add("sent on the wire " + bytes);
        }

        @Override
        public void outboundUncompressedSize(long bytes) {
          seen.add("sent " + bytes);
        }

        @Override
        public void streamClosed(Status status) {
          seen.add("closed " + status.getCode());
        }
      };
    }

    @Override
    public <A, B> ClientCall<A, B> interceptCall(
        MethodDescriptor<A, B> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withStreamTracerFactory(this));
    }
  }

  /** What a server's tracer is told. */
  private final class OfServer extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      seen.add("server: " + method);
      return new ServerStreamTracer() {
        @Override
        public Context filterContext(Context context) {
          return context.withValue(KEY, "marked");
        }

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
          seen.add("server: started " + call.getMethodDescriptor().getBareMethodName());
        }

        @Override
        public void outboundMessageSent(int number, long wire, long bytes) {
          seen.add("server: sent " + number + ": " + wire + " " + bytes);
        }

        @Override
        public void inboundMessageRead(int number, long wire, long bytes) {
          seen.add("server: read " + number + ": " + wire + " " + bytes);
        }

        @Override
        public void streamClosed(Status status) {
          seen.add("server: closed " + status.getCode());
        }
      };
    }
  }

  private ManagedChannel traced() throws Exception {
    var traced = start(newServer().addService(service).addStreamTracerFactory(new OfServer()));
    return open(newChannel(traced).intercept(new OfClient()));
  }

  private List<String> awaitSeen(String last) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> seen.contains(last));
    return seen.stream().sorted().toList();
  }

  @Test
  void tracersSeeAUnaryCall() throws Exception {
    needsWire();
    ProbeGrpc.newBlockingStub(traced()).unary(ask(1_000, 2_000));
    var all = awaitSeen("server: closed OK");
    var expected =
        List.of(
            "closed OK",
            "created",
            "inbound headers",
            "inbound trailers",
            "outbound headers",
            "read 0: 2006 2006",
            "sent 0: 1006 1006",
            "sent 1006",
            "sent on the wire 1006",
            "server: closed OK",
            "server: meshkit.test.Probe/Unary",
            "server: read 0: 1006 1006",
            "server: sent 0: 2006 2006",
            "server: started Unary");
    assertEquals(expected, all);
  }

  @Test
  void tracersSeeAFailure() throws Exception {
    needsWire();
    failureOf(
        () ->
            ProbeGrpc.newBlockingStub(traced())
                .unary(Ask.newBuilder().setStatus(5).setMessage("none").build()));
    var all = awaitSeen("server: closed NOT_FOUND");
    assertTrue(all.contains("closed NOT_FOUND"), all::toString);
    assertTrue(all.contains("inbound trailers"), all::toString);
  }

  @Test
  void tracersSeeACancel() throws Exception {
    needsWire();
    var answers = new Recorder<Answer>();
    var asks = ProbeGrpc.newStub(traced()).talk(answers);
    asks.onNext(ask(10, 10));
    answers.next();
    asks.onError(Status.CANCELLED.asException());
    var all = awaitSeen("server: closed CANCELLED");
    assertTrue(all.contains("closed CANCELLED"), all::toString);
  }

  @Test
  void tracersSeeAMethodThatIsNotThere() throws Exception {
    needsWire();
    failureOf(() -> ProbeGrpc.newBlockingStub(traced()).missing(Ask.getDefaultInstance()));
    var all = awaitSeen("server: closed UNIMPLEMENTED");
    assertTrue(all.contains("server: meshkit.test.Probe/Missing"), all::toString);
  }

  @Test
  void aServersTracerChoosesTheContextOfItsCalls() throws Exception {
    var value = new AtomicReference<>("none");
    var method = ProbeGrpc.getUnaryMethod();
    var definition =
        io.grpc.ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
            .addMethod(
                method,
                io.grpc.stub.ServerCalls.asyncUnaryCall(
                    (Ask ask, io.grpc.stub.StreamObserver<Answer> out) -> {
                      value.set(KEY.get());
                      out.onNext(Answer.getDefaultInstance());
                      out.onCompleted();
                    }))
            .build();
    var traced = start(newServer().addService(definition).addStreamTracerFactory(new OfServer()));
    ProbeGrpc.newBlockingStub(open(newChannel(traced))).unary(Ask.getDefaultInstance());
    assertEquals("marked", value.get());
  }

  @Test
  void filtersSeeConnectionsComeAndGoAndAddToTheirCalls() throws Exception {
    needsWire();
    var terminated = new CountDownLatch(2);
    var mark = new AtomicReference<>("none");
    var filtered =
        start(
            newServer()
                .addService(service)
                .addTransportFilter(
                    new ServerTransportFilter() {
                      @Override
                      public Attributes transportReady(Attributes attributes) {
                        var remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
                        return attributes.toBuilder().set(MARK, "from " + (remote != null)).build();
                      }

                      @Override
                      public void transportTerminated(Attributes attributes) {
                        mark.set(attributes.get(MARK));
                        terminated.countDown();
                      }
                    }));
    var channel =
        open(
            newChannel(filtered)
                .addTransportFilter(
                    new ClientTransportFilter() {
                      @Override
                      public Attributes transportReady(Attributes attributes) {
                        return attributes.toBuilder().set(MARK, "client").build();
                      }

                      @Override
                      public void transportTerminated(Attributes attributes) {
                        terminated.countDown();
                      }
                    }));
    var call = channel.newCall(ProbeGrpc.getUnaryMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.sendMessage(Ask.getDefaultInstance());
    call.halfClose();
    call.request(1);
    assertEquals(Status.OK, events.awaitClose());
    assertEquals("client", call.getAttributes().get(MARK));
    channel.shutdown();
    assertTrue(terminated.await(90, TimeUnit.SECONDS), "both filters hear of the end");
    assertEquals("from true", mark.get());
  }

  @Test
  void statesAreTheSame() throws Exception {
    needsWire();
    var own = start(newServer().addService(service));
    var channel = open(newChannel(own));
    var states = new States(channel);
    assertEquals(ConnectivityState.IDLE, channel.getState(true));
    states.await(ConnectivityState.READY);
    own.shutdownNow();
    assertTrue(own.awaitTermination(20, TimeUnit.SECONDS));
    states.await(ConnectivityState.IDLE);
    states.awaitDialling(ConnectivityState.TRANSIENT_FAILURE);
    channel.shutdown();
    states.awaitLast(ConnectivityState.SHUTDOWN);
  }

  /** Each state that a channel comes to, in order; CONNECTING may be over before one looks. */
  private static final class States {
    private final ManagedChannel channel;
    private final ConcurrentLinkedQueue<ConnectivityState> all = new ConcurrentLinkedQueue<>();

    States(ManagedChannel channel) {
      this.channel = channel;
      watch(channel.getState(false));
    }

    private void watch(ConnectivityState known) {
      channel.notifyWhenStateChanged(
          known,
          () -> {
            var now = channel.getState(false);
            if (now != ConnectivityState.CONNECTING) all.add(now);
            watch(now);
          });
    }

    void await(ConnectivityState next) {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !all.isEmpty());
      assertEquals(next, all.poll());
    }

    /** Dials until it is seen: how long a first failure shows is chance, and may be no time. */
    void awaitDialling(ConnectivityState next) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> channel.getState(true) == next || all.contains(next));
    }

    void awaitLast(ConnectivityState state) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> channel.getState(false) == state);
    }
  }
}
