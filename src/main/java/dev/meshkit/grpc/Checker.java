package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Asks the {@link PeerCheck} on virtual threads, one question at a time, and brings its verdicts to
 * the event loop. Confined to that loop but for the question itself.
 *
 * <p>An empty chain is refused without a question: Netty does not verify that requiring a client
 * certificate produced one.
 */
final class Checker {
  private static final int NO_CERTIFICATE = 1;
  private static final int CHECK_FAILED = 0;

  /** Seconds. */
  static final int PATIENCE = 5;

  private static final System.Logger LOG = System.getLogger(Checker.class.getName());

  private final PeerCheck check;
  private final SocketAddress remote;
  private final Consumer<Verdict> verdicts;
  private List<X509Certificate> chain = List.of();
  private volatile boolean asking; // taken back by whoever has the answer
  private boolean admitted; // once
  private int unanswered; // times it was to be asked again while it was

  Checker(PeerCheck check, SocketAddress remote, Consumer<Verdict> verdicts) {
    this.check = check;
    this.remote = remote;
    this.verdicts = verdicts;
  }

  /** The first question, about the chain of a session just made. */
  void begin(SSLSession session, EventLoop loop) {
    chain = chainOf(session);
    asking = true;
    Thread.ofVirtual().name("meshkit-peer-check").start(() -> ask(loop, false));
  }

  /**
   * Has it asked again. Called each second: who leaves a question open for longer than {@link
   * #PATIENCE} refuses by that, since a check that hangs must not let a revoked peer stay.
   */
  void again(Questions questions, EventLoop loop) {
    if (asking) {
      unanswered++;
      if (unanswered == PATIENCE) verdicts.accept(failed("takes too long"));
      return;
    }
    asking = true;
    unanswered = 0;
    var known = admitted;
    questions.add(() -> ask(loop, known));
  }

  /** To be admitted again is no news, and wakes nobody. */
  private void ask(EventLoop loop, boolean known) {
    var verdict = judge();
    if (known && verdict instanceof Verdict.Admit) asking = false;
    else Reactor.tell(loop, () -> answered(verdict));
  }

  private void answered(Verdict verdict) {
    asking = false;
    admitted |= verdict instanceof Verdict.Admit;
    verdicts.accept(verdict);
  }

  private Verdict judge() {
    if (chain.isEmpty()) return new Verdict.Refuse(NO_CERTIFICATE, "no certificate");
    try {
      @Nullable Verdict verdict = check.check(chain, remote); // application code, which may err
      return verdict == null ? failed("gave no verdict") : verdict;
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.WARNING, "the peer check threw, so the peer is refused", failure);
      return failed("failed");
    }
  }

  private static Verdict failed(String how) {
    return new Verdict.Refuse(CHECK_FAILED, "the check of this peer " + how);
  }

  private static List<X509Certificate> chainOf(SSLSession session) {
    try {
      var chain = new ArrayList<X509Certificate>();
      for (var certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) chain.add(x509);
      }
      return List.copyOf(chain);
    } catch (SSLPeerUnverifiedException none) {
      return List.of();
    }
  }
}
