package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How soon the other side learns of it, in milliseconds: that a call was cancelled (T11), that an
 * identity is new (T19), that a peer is refused (T20). One server, one channel, the loopback.
 */
public final class Promptness {
  private static final Ask SILENT = Ask.newBuilder().setSilent(true).build();
  private static final Verdict ADMIT = new Verdict.Admit();

  /** Of one number's rounds. */
  public record Spread(double median, double worst) {
    private static Spread of(double[] millis) {
      Arrays.sort(millis);
      return new Spread(millis[millis.length / 2], millis[millis.length - 1]);
    }
  }

  private final Meshless mesh;
  private final Watched watched = new Watched();

  private Promptness(Meshless mesh) {
    this.mesh = mesh;
  }

  /** All of them, each in so many rounds. */
  public static Map<String, Spread> measure(int rounds) throws Exception {
    var numbers = new LinkedHashMap<String, Spread>();
    try (var mesh = new Meshless()) {
      var here = new Promptness(mesh);
      numbers.put("cancel_open_ms", here.rounds(rounds * 10, cancel(here, true)));
      numbers.put("cancel_half_closed_ms", here.rounds(rounds * 10, cancel(here, false)));
      numbers.put("cancel_stranger_ms", here.rounds(rounds, here::stranger));
      numbers.put("identity_ms", here.rounds(rounds, here::identity));
      numbers.put("refusal_ms", here.rounds(rounds, here::refusal));
    }
    return numbers;
  }

  @FunctionalInterface
  private interface Round {
    long nanos() throws Exception;
  }

  private Spread rounds(int rounds, Round round) throws Exception {
    round.nanos(); // classes
    var millis = new double[rounds];
    for (var i = 0; i < rounds; i++) millis[i] = round.nanos() / 1e6;
    return Spread.of(millis);
  }

  /** Never answers, and says when a call came and when its context ended. */
  private static final class Watched extends ProbeGrpc.ProbeImplBase {
    private volatile CompletableFuture<Long> ended = new CompletableFuture<>();
    private volatile CompletableFuture<Boolean> came = new CompletableFuture<>();

    private void begin() {
      ended = new CompletableFuture<>();
      came = new CompletableFuture<>();
    }

    private void watch() {
      var done = ended;
      Context.current().addListener(_ -> done.complete(System.nanoTime()), Runnable::run);
      came.complete(true);
    }

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      if (ask.getSilent()) {
        watch();
      } else {
        out.onNext(Answer.getDefaultInstance());
        out.onCompleted();
      }
    }

    @Override
    public StreamObserver<Ask> talk(StreamObserver<Answer> out) {
      watch();
      return new StreamObserver<>() {
        @Override
        public void onNext(Ask ask) {}

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private static Round cancel(Promptness here, boolean open) throws Exception {
    var server = here.mesh.start(here.mesh.server().addService(here.watched));
    var channel = here.mesh.open(here.mesh.channel(server));
    return () -> here.cancelled(channel, open);
  }

  private long cancelled(ManagedChannel channel, boolean open) throws Exception {
    watched.begin();
    var answers = new Recorder<Answer>();
    var context = Context.current().withCancellation();
    context.run(
        () -> {
          var stub = ProbeGrpc.newStub(channel);
          if (open) stub.talk(answers).onNext(SILENT);
          else stub.unary(SILENT, answers);
        });
    watched.came.get(90, TimeUnit.SECONDS);
    var from = System.nanoTime();
    context.cancel(null);
    return watched.ended.get(90, TimeUnit.SECONDS) - from;
  }

  /**
   * One that tells us nothing of its cancels, and whose request is complete: the probe finds it.
   */
  private long stranger() throws Exception {
    watched.begin();
    var server = mesh.start(mesh.server().addService(watched));
    var identity = mesh.ca.identity(Meshless.CLIENT);
    try (var client = new RawClient(Meshless.addressOf(server), identity)) {
      var message = SILENT.toByteArray();
      var framed = ByteBuffer.allocate(5 + message.length).put((byte) 0).putInt(message.length);
      var call = client.call("Unary").data(framed.put(message).array()).fin();
      watched.came.get(90, TimeUnit.SECONDS);
      var from = System.nanoTime();
      call.stopSending(Http3ErrorCode.H3_REQUEST_CANCELLED.code());
      return watched.ended.get(90, TimeUnit.SECONDS) - from;
    }
  }

  /** Until both ends of a channel have shown the other what they were given at its start. */
  private long identity() throws Exception {
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    Set<String> seen = ConcurrentHashMap.newKeySet();
    PeerCheck check =
        (chain, _) -> {
          seen.add(TestCa.uriOf(chain.getFirst()));
          return ADMIT;
        };
    var soon = Duration.ofMillis(1);
    var server =
        mesh.start(
            mesh.server()
                .addService(watched)
                .tls(identity::get)
                .peerCheck(check)
                .lifetime(Lifetime.ofAccepted().withSpread(soon)));
    var client = new AtomicReference<>(mesh.ca.identity(Meshless.CLIENT));
    var channel =
        mesh.open(
            mesh.channel(server)
                .tls(client::get)
                .peerCheck(check)
                .lifetime(Lifetime.ofDialled().withSpread(soon)));
    var stub = ProbeGrpc.newBlockingStub(channel);
    stub.unary(Ask.getDefaultInstance());
    var newServer = mesh.ca.identity("spiffe://test/region/eu/node/new-server");
    var newClient = mesh.ca.identity("spiffe://test/region/eu/node/new-client");
    var from = System.nanoTime();
    identity.set(newServer);
    client.set(newClient);
    while (seen.size() < 4) {
      if (System.nanoTime() - from > TimeUnit.SECONDS.toNanos(30))
        throw new IllegalStateException("30 s later only " + seen + " were seen");
      stub.unary(Ask.getDefaultInstance()); // an idle channel has no reason to dial again
    }
    return System.nanoTime() - from;
  }

  /** From the check's other answer until the client's call has ended and knows why. */
  private long refusal() throws Exception {
    var verdict = new AtomicReference<Verdict>(ADMIT);
    watched.begin();
    var server = mesh.start(mesh.server().addService(watched).peerCheck((_, _) -> verdict.get()));
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(mesh.open(mesh.channel(server))).talk(answers).onNext(SILENT);
    watched.came.get(90, TimeUnit.SECONDS);
    var from = System.nanoTime();
    verdict.set(new Verdict.Refuse(9, "revoked"));
    var status = answers.status();
    var took = System.nanoTime() - from;
    if (!(status.getCause() instanceof Http3ConnectException why && why.refusal() == 9))
      throw new IllegalStateException("the client was not told why: " + status);
    return took;
  }
}
