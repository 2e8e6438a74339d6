package dev.meshkit.transport;

import dev.meshkit.api.NodeId;
import dev.meshkit.grpc.PeerCheck;
import dev.meshkit.grpc.Verdict;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import dev.meshkit.security.Identity;
import dev.meshkit.security.PeerVerifier;
import dev.meshkit.security.TlsCode;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The far side of one dial: who must be there, and who was. Every connection that a dialled channel
 * ever makes is checked here, so that one which comes back later cannot be somebody else.
 */
final class Counterpart implements PeerCheck {
  private final Supplier<PeerVerifier> verifier;
  private final NodeId dialled;
  private final Meters meters;
  private volatile Admission last =
      new Refused(TlsCode.HANDSHAKE_TIMEOUT, "no handshake was finished");
  private volatile long notAfterMs;
  private volatile List<X509Certificate> shown = List.of();

  /**
   * Whoever will be there.
   *
   * @param verifier that of the moment, as whom we trust may change while a road is open
   * @param dialled who must be there
   * @param meters counts the roads that are cut
   */
  Counterpart(Supplier<PeerVerifier> verifier, NodeId dialled, Meters meters) {
    this.verifier = verifier;
    this.dialled = dialled;
    this.meters = meters;
  }

  @Override
  public Verdict check(List<X509Certificate> chain, SocketAddress remote) {
    return switch (admit(chain)) {
      case Admitted _ -> new Verdict.Admit();
      case Refused refused -> new Verdict.Refuse(refused.code().number(), brief(refused.text()));
    };
  }

  /** All checks; remembers the outcome. */
  synchronized Admission admit(List<X509Certificate> chain) {
    var found = verifier.get().server(chain, known());
    var isCut = found instanceof Refused(var code, _) && code == TlsCode.REVOKED;
    if (isCut && last instanceof Admitted) meters.count(Metric.REVOKED_CUT_TOTAL);
    last = found;
    shown = List.copyOf(chain);
    if (!chain.isEmpty()) notAfterMs = chain.getFirst().getNotAfter().toInstant().toEpochMilli();
    return found;
  }

  /** All checks; why the chain is refused, if it is. */
  Optional<String> refusal(List<X509Certificate> chain) {
    return admit(chain) instanceof Refused refused ? Optional.of(refused.text()) : Optional.empty();
  }

  /** All checks, for the record only: {@link #check} follows and tells the peer more. */
  Optional<String> note(List<X509Certificate> chain) {
    admit(chain);
    return Optional.empty();
  }

  /** Whether whoever was there last may stay: all checks once more. */
  boolean isAdmitted() {
    return admit(shown) instanceof Admitted;
  }

  /** What the last check said. */
  Admission last() {
    return last;
  }

  /** When the peer's certificate ends, 0 if none was seen. */
  long notAfterMs() {
    return notAfterMs;
  }

  /** Whoever was there first must be there always, even if anyone would have done at first. */
  private NodeId known() {
    return last instanceof Admitted(Identity.Node(_, var id)) ? id : dialled;
  }

  /** As much of a reason as a close frame may carry: 64 bytes. */
  static String brief(String reason) {
    var ascii = reason.replaceAll("[^\\x20-\\x7e]", "?");
    return ascii.length() <= 64 ? ascii : ascii.substring(0, 64);
  }
}
