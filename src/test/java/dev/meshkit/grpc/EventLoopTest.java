package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
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
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.DecompressorRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * T25: under the default executor nothing that an application gave us runs on an event loop, and
 * nothing is logged there; whatever may be given says where it ran.
 */
@Timeout(60)
class EventLoopTest {
  private static final String LOOP = "meshkit-quic";
  private static final Set<String> ALL =
      Set.of(
          "client interceptor",
          "client listener",
          "client tracer",
          "client transport filter",
          "client check",
          "client marshaller",
          "compressor",
          "decompressor",
          "context listener",
          "identity",
          "log",
          "server check",
          "server handler",
          "server interceptor",
          "server marshaller",
          "server tracer",
          "server transport filter");

  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final Set<String> onLoops = new ConcurrentSkipListSet<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.meshkit.grpc");
  private final Watcher watcher = new Watcher();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    watcher.start();
    logger.setLevel(Level.TRACE);
    logger.addAppender(watcher);
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
    logger.detachAppender(watcher);
  }

  private void ran(String what) {
    seen.add(what);
    var thread = Thread.currentThread();
    if (thread.getName().startsWith(LOOP)) onLoops.add(what);
  }

  private final class Watcher extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      ran("log");
      if (event.getThreadName().startsWith(LOOP)) onLoops.add("log: " + event);
    }
  }

  /** gzip that says where it runs. */
  private final class Zip implements Codec {
    private final Codec gzip = new Codec.Gzip();

    @Override
    public String getMessageEncoding() {
      return "gzip";
    }

    @Override
    public InputStream decompress(InputStream in) throws IOException {
      ran("decompressor");
      return gzip.decompress(in);
    }

    @Override
    public OutputStream compress(OutputStream out) throws IOException {
      ran("compressor");
      return gzip.compress(out);
    }
  }

  private <T> MethodDescriptor.Marshaller<T> watched(
      MethodDescriptor.Marshaller<T> marshaller, String what) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(T value) {
        ran(what);
        return marshaller.stream(value);
      }

      @Override
      public T parse(InputStream stream) {
        ran(what);
        return marshaller.parse(stream);
      }
    };
  }

  private MethodDescriptor<Ask, Answer> method(
      MethodDescriptor<Ask, Answer> method, String marshaller) {
    return method.toBuilder(
            watched(method.getRequestMarshaller(), marshaller),
            watched(method.getResponseMarshaller(), marshaller))
        .build();
  }

  /** Answers, blocks for nothing, and throws where it is told to. */
  private final class Handler extends ProbeGrpc.ProbeImplBase {
    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      ran("server handler");
      Context.current().addListener(_ -> ran("context listener"), Runnable::run);
      ((io.grpc.stub.ServerCallStreamObserver<Answer>) out).setCompression("gzip");
      ((io.grpc.stub.ServerCallStreamObserver<Answer>) out)
          .setOnCancelHandler(() -> ran("server handler"));
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {
          ran("server handler");
          if (ask.getSilent()) throw new IllegalStateException("planted, and logged");
          out.onNext(Answer.newBuilder().setBody(ask.getBody()).build());
        }

        @Override
        public void onError(Throwable failure) {
          ran("server handler");
        }

        @Override
        public void onCompleted() {
          ran("server handler");
          out.onCompleted();
        }
      };
    }
  }

  private io.grpc.Server serve() throws Exception {
    var identity = mesh.ca.identity(Meshless.SERVER);
    var compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new Zip());
    var definition = io.grpc.ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME);
    var talk = new Handler().bindService().getMethod("meshkit.test.Probe/Talk");
    definition.addMethod(method(ProbeGrpc.getTalkMethod(), "server marshaller"), handlerOf(talk));
    return mesh.start(
        mesh.server()
            .tls(
                () -> {
                  ran("identity");
                  return identity;
                })
            .peerCheck(
                (_, _) -> {
                  ran("server check");
                  return new Verdict.Admit();
                })
            .addService(definition.build())
            .intercept(new Interceptor())
            .addTransportFilter(new ServerFilter())
            .addStreamTracerFactory(new ServerTracers())
            .compressorRegistry(compressors)
            .decompressorRegistry(DecompressorRegistry.emptyInstance().with(new Zip(), true)));
  }

  @SuppressWarnings("unchecked") // Talk's own types
  private static ServerCallHandler<Ask, Answer> handlerOf(
      io.grpc.ServerMethodDefinition<?, ?> talk) {
    return (ServerCallHandler<Ask, Answer>) talk.getServerCallHandler();
  }

  private final class Interceptor implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      ran("server interceptor");
      return next.startCall(call, headers);
    }
  }

  private final class ServerFilter extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      ran("server transport filter");
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      ran("server transport filter");
    }
  }

  private final class ServerTracers extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      ran("server tracer");
      return new ServerStreamTracer() {
        @Override
        public void inboundMessage(int number) {
          ran("server tracer");
        }

        @Override
        public void streamClosed(Status status) {
          ran("server tracer");
        }
      };
    }
  }

  private final class ClientFilter extends ClientTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      ran("client transport filter");
      return attributes;
    }
  }

  private final class ClientTracers extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      ran("client tracer");
      return new ClientStreamTracer() {
        @Override
        public void inboundMessage(int number) {
          ran("client tracer");
        }

        @Override
        public void streamClosed(Status status) {
          ran("client tracer");
        }
      };
    }
  }

  private final class Tracing implements ClientInterceptor {
    @Override
    public <A, B> ClientCall<A, B> interceptCall(
        MethodDescriptor<A, B> method, CallOptions options, Channel next) {
      ran("client interceptor");
      return next.newCall(method, options.withStreamTracerFactory(new ClientTracers()));
    }
  }

  private Channel dial(io.grpc.Server server) throws Exception {
    var compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new Zip());
    return mesh.open(
        mesh.channel(server)
            .intercept(new Tracing())
            .addTransportFilter(new ClientFilter())
            .compressorRegistry(compressors)
            .decompressorRegistry(DecompressorRegistry.emptyInstance().with(new Zip(), true))
            .peerCheck(
                (_, _) -> {
                  ran("client check");
                  return new Verdict.Admit();
                }));
  }

  private StreamObserver<Ask> talk(Channel channel, Recorder<Answer> answers) {
    var options = CallOptions.DEFAULT.withCompression("gzip");
    var call = channel.newCall(method(ProbeGrpc.getTalkMethod(), "client marshaller"), options);
    return ClientCalls.asyncBidiStreamingCall(
        call,
        new StreamObserver<>() {
          @Override
          public void onNext(Answer answer) {
            ran("client listener");
            answers.onNext(answer);
          }

          @Override
          public void onError(Throwable failure) {
            ran("client listener");
            answers.onError(failure);
          }

          @Override
          public void onCompleted() {
            ran("client listener");
            answers.onCompleted();
          }
        });
  }

  @Test
  void nothingOfTheApplicationsRunsOnAnEventLoop() throws Exception {
    var server = serve();
    var channel = dial(server);
    var ends = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < 40; i++) {
      var answers = new Recorder<Answer>();
      ends.add(answers);
      var context = Context.current().withCancellation();
      context.addListener(_ -> ran("context listener"), Runnable::run);
      var end = i % 4;
      context.run(
          () -> {
            var asks = talk(channel, answers);
            asks.onNext(ConformanceBed.ask(2_000, 0));
            switch (end) {
              case 0 -> asks.onCompleted();
              case 1 -> asks.onNext(Ask.newBuilder().setSilent(true).build()); // it throws
              case 2 -> asks.onError(Status.CANCELLED.asException());
              default -> {} // its context ends it
            }
          });
      if (end == 3) context.cancel(null);
    }
    for (var answers : ends) answers.status();
    // and once a second the identity and the checks are asked again
    seen.removeAll(Set.of("identity", "client check", "server check"));
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> seen.containsAll(ALL) || !onLoops.isEmpty());
    assertEquals(Set.of(), new TreeSet<>(onLoops));
  }
}
