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
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T19 beside security.md §9: an identity that has as many connections as it may have renews all of
 * them at once, each by dialling anew before the old one drains.
 */
@Timeout(120)
class RenewalTest {
  private static final int MOST = 8; // connections of an identity
  private static final Metadata.Key<String> CHANNEL =
      Metadata.Key.of("x-channel", Metadata.ASCII_STRING_MARSHALLER);

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
    final ConcurrentHashMap<String, BigInteger> serials = new ConcurrentHashMap<>();

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

    void await(List<String> channels, TlsIdentity identity) {
      var serial = identity.key().getCertificateChain("leaf")[0].getSerialNumber();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> channels.stream().allMatch(name -> serial.equals(serials.get(name))));
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

  @Test
  void asManyAsAnIdentityMayHaveAreRenewedByADialEach() throws Exception {
    var server =
        mesh.start(
            mesh.server()
                .addService(new ProbeService())
                .intercept(shown)
                .addTransportFilter(counting()));
    var identity = new AtomicReference<>(mesh.ca.identity(Meshless.CLIENT));
    var names = new ArrayList<String>();
    var busy = new ArrayList<Busy>();
    try {
      for (var i = 0; i < MOST; i++) {
        names.add("c" + i);
        var named = new Metadata();
        named.put(CHANNEL, names.getLast());
        var soon =
            Lifetime.ofDialled()
                .withPoll(Duration.ofMillis(250))
                .withSpread(Duration.ofMillis(500));
        busy.add(
            new Busy(
                mesh.open(
                    mesh.channel(server)
                        .tls(identity::get)
                        .lifetime(soon)
                        .intercept(MetadataUtils.newAttachHeadersInterceptor(named)))));
      }
      shown.await(names, identity.get());
      identity.set(mesh.ca.identity(Meshless.CLIENT));
      shown.await(names, identity.get());
      for (var one : busy) one.assertSound();
    } finally {
      for (var one : busy) one.close();
    }
    // a dial each, and as many again for what a lost packet may have kept from the server
    assertTrue(made.get() <= 3 * MOST, () -> made + " connections for " + MOST + " channels");
  }
}
