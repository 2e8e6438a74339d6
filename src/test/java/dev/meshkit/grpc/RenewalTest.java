package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T19 beside security.md §9: an identity that has as many connections as it may have renews all of
 * them at once, each by dialling anew before the old one drains; and so may its server, soon after.
 */
@Timeout(120)
class RenewalTest {
  private static final int MOST = 8; // connections of an identity
  private static final Metadata.Key<String> CHANNEL =
      Metadata.Key.of("x-channel", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration SPREAD = Duration.ofMillis(500);

  private final Map<String, Set<BigInteger>> servers = new ConcurrentHashMap<>();
  private final Shown shown = new Shown();
  private final AtomicInteger made = new AtomicInteger();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** The certificate that each channel showed with its last call. */
  private static final class Shown implements ServerInterceptor {
    final Map<String, BigInteger> serials = new ConcurrentHashMap<>();

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      serials.put(String.valueOf(headers.get(CHANNEL)), serialOf(call.getAttributes()));
      return Contexts.interceptCall(Context.current(), call, headers, next);
    }

    private static BigInteger serialOf(Attributes attributes) {
      try {
        var session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
      } catch (SSLPeerUnverifiedException none) {
        throw new IllegalStateException(none);
      }
    }
  }

  /** Counts every connection that came as far as to be judged, those refused included. */
  private ServerTransportFilter counting() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        made.incrementAndGet();
        return attributes;
      }
    };
  }

  /** A stream that is open all the while, and a load beside it, each on a channel of its own. */
  private static final class Busy implements AutoCloseable {
    private final Recorder<Answer> answers = new Recorder<>();
    private final StreamObserver<Ask> asks;
    private final Load load;

    Busy(ManagedChannel channel) throws Exception {
      asks = ProbeGrpc.newStub(channel).talk(answers);
      asks.onNext(Ask.getDefaultInstance());
      answers.next();
      load = new Load(channel, 2);
    }

    void assertSound() throws Exception {
      load.awaitMore(4);
      asks.onNext(Ask.newBuilder().setAnswerBytes(3).build());
      assertEquals(3, answers.next().getBody().size());
      asks.onCompleted();
      assertEquals(Status.OK, answers.status());
    }

    @Override
    public void close() throws InterruptedException {
      load.close();
    }
  }

  private Server server(Supplier<TlsIdentity> identity) throws Exception {
    return mesh.start(
        mesh.server()
            .addService(new ProbeService())
            .intercept(shown)
            .addTransportFilter(counting())
            .lifetime(Lifetime.ofAccepted().withPoll(POLL).withSpread(SPREAD))
            .tls(identity));
  }

  /** A channel that notes which certificates its server has shown; old ones are checked again. */
  private ManagedChannel channel(Server to, String name, Supplier<TlsIdentity> identity)
      throws Exception {
    var named = new Metadata();
    named.put(CHANNEL, name);
    return mesh.open(
        mesh.channel(to)
            .tls(identity)
            .lifetime(Lifetime.ofDialled().withPoll(POLL).withSpread(SPREAD))
            .peerCheck(
                (chain, _) -> {
                  servers
                      .computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet())
                      .add(chain.getFirst().getSerialNumber());
                  return new Verdict.Admit();
                })
            .intercept(MetadataUtils.newAttachHeadersInterceptor(named)));
  }

  /** Each channel has shown this identity with a call, or seen it of its server. */
  private static <T> void await(Map<String, T> channels, Predicate<T> knows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> channels.size() == MOST && channels.values().stream().allMatch(knows));
  }

  private static BigInteger serialOf(TlsIdentity identity) {
    return identity.key().getCertificateChain("leaf")[0].getSerialNumber();
  }

  @Test
  void asManyAsAnIdentityMayHaveAreRenewedByADialEach() throws Exception {
    var client = new AtomicReference<>(mesh.ca.identity(Meshless.CLIENT));
    var listener = new AtomicReference<>(mesh.ca.identity(Meshless.SERVER));
    var server = server(listener::get);
    var busy = new ArrayList<Busy>();
    try {
      for (var i = 0; i < MOST; i++) busy.add(new Busy(channel(server, "c" + i, client::get)));
      await(shown.serials, serialOf(client.get())::equals);
      client.set(mesh.ca.identity(Meshless.CLIENT));
      await(shown.serials, serialOf(client.get())::equals);
      listener.set(mesh.ca.identity(Meshless.SERVER)); // while the calls of before are open still
      await(servers, seen -> seen.contains(serialOf(listener.get())));
      for (var one : busy) one.assertSound();
    } finally {
      for (var one : busy) one.close();
    }
    // a dial each, each time, and as many again for what a lost packet may have kept from a server
    assertTrue(made.get() <= 5 * MOST, () -> made + " connections for " + MOST + " channels");
  }
}
