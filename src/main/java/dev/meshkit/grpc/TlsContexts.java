package dev.meshkit.grpc;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The TLS context of the current identity. Netty freezes CA list and ticket keys when a context is
 * built, so a new identity is a new context; handshakes that began keep the old one.
 */
final class TlsContexts {
  private static final System.Logger LOG = System.getLogger(TlsContexts.class.getName());

  private static final int PATIENCE_MS = 1_000;

  private static final String[] GROUPS = {"X25519", "P-256"};

  private final Supplier<TlsIdentity> identities;
  private final boolean server;
  private final AtomicReference<@Nullable Question> asking = new AtomicReference<>();
  private volatile @Nullable Question polled;
  private volatile Built built;

  /** A context, and the engines it made: whoever uses another one uses an identity of the past. */
  private record Built(TlsIdentity identity, QuicSslContext context, Set<SSLEngine> engines) {}

  private TlsContexts(Supplier<TlsIdentity> identities, boolean server) {
    this.identities = identities;
    this.server = server;
    this.built = build(identities.get());
  }

  static TlsContexts forClient(Supplier<TlsIdentity> identities) {
    return new TlsContexts(identities, false);
  }

  static TlsContexts forServer(Supplier<TlsIdentity> identities) {
    return new TlsContexts(identities, true);
  }

  /**
   * Asks for the identity and, if it is another object, builds its context. One that cannot be had,
   * or used, leaves the old one in place; and so does one that is not here within a second, which
   * is taken when it comes. Blocks no longer than that, and not at all while a question is open
   * that was not answered in time.
   */
  void reload() {
    var mine = new Question();
    var open = asking.compareAndExchange(null, mine);
    if (open == null) begin(mine);
    (open == null ? mine : open).await();
  }

  /**
   * The same, but here and for as long as the answer takes, unless somebody else asks; whether
   * there is another identity for it.
   */
  @SuppressWarnings("ReferenceEquality") // a reload is another object, whatever it contains
  boolean poll() {
    var before = built;
    var mine = new Question();
    polled = mine;
    if (asking.compareAndSet(null, mine)) ask(mine);
    return built != before;
  }

  /** A poll has not been answered since long: says so, once. Never blocks. */
  void complain() {
    var open = asking.get();
    if (open != null && open.equals(polled)) open.isLate();
  }

  private void begin(Question mine) {
    try {
      Thread.ofVirtual().name("meshkit-tls-identity").start(() -> ask(mine));
    } catch (Throwable none) { // no memory for a thread: the next question may have it
      asking.set(null);
      mine.answered.countDown();
      throw none;
    }
  }

  @SuppressWarnings("ReferenceEquality") // a reload is another object, whatever it contains
  private void ask(Question question) {
    try {
      var now = identities.get();
      if (now != built.identity()) built = build(now);
    } catch (RuntimeException | Error failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the new TLS identity is unusable; the old one stays",
          failure);
    } finally {
      asking.set(null);
      question.answered.countDown();
    }
  }

  /** Which identity there is: application code is asked, which may not answer. */
  private static final class Question {
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicBoolean late = new AtomicBoolean();

    private void await() {
      if (!late.get() && !isAnswered()) isLate();
    }

    private void isLate() {
      if (late.compareAndSet(false, true)) complain();
    }

    private static void complain() {
      LOG.log(
          System.Logger.Level.WARNING,
          "nobody says which TLS identity there is; the old one stays until then");
    }

    private boolean isAnswered() {
      try {
        return answered.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // whoever does that to us wants no answer
        return true;
      }
    }
  }

  /** An engine for the next handshake. Never blocks. */
  QuicSslEngine engine() {
    var now = built;
    var engine = now.context().newEngine(ByteBufAllocator.DEFAULT);
    now.engines().add(engine);
    return engine;
  }

  /** Whether an engine presents the identity of now. */
  boolean isCurrent(SSLEngine engine) {
    return built.engines().contains(engine);
  }

  /**
   * Names are URIs, so no host name is verified. Resumption stays off: a dialled engine has no peer
   * host to remember a ticket by, and a stranger's ticket is good for one second.
   */
  private Built build(TlsIdentity identity) {
    var builder =
        server
            ? QuicSslContextBuilder.forServer(identity.key(), null).clientAuth(ClientAuth.REQUIRE)
            : QuicSslContextBuilder.forClient().keyManager(identity.key(), null);
    return new Built(
        identity,
        builder
            .trustManager(identity.trust())
            .applicationProtocols(QuicSettings.ALPN)
            .endpointIdentificationAlgorithm("")
            .earlyData(false)
            .sessionTimeout(1)
            .option(BoringSSLContextOption.GROUPS, GROUPS)
            .build(),
        Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())));
  }
}
