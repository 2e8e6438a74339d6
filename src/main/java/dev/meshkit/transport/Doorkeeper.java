package dev.meshkit.transport;

import dev.meshkit.grpc.Http3ConnectException;
import dev.meshkit.grpc.PeerCheck;
import dev.meshkit.grpc.Verdict;
import dev.meshkit.observe.HandshakeEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.Identity;
import dev.meshkit.security.PeerVerifier;
import dev.meshkit.security.TlsCode;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks everyone who dials us over one road: the whole check, after each handshake and before any
 * call. Whoever is refused is counted by code. Thread-safe.
 */
final class Doorkeeper extends ServerTransportFilter implements PeerCheck {
  /** What the check of a connection said; every call finds it in its attributes. */
  static final Attributes.Key<Admission> ADMISSION = Attributes.Key.create("meshkit.admission");

  private final RoadKind road;
  private final Listener.Parts parts;
  private volatile boolean closing;

  Doorkeeper(RoadKind road, Listener.Parts parts) {
    this.road = road;
    this.parts = parts;
  }

  @Override
  public Verdict check(List<X509Certificate> chain, SocketAddress remote) {
    return switch (verifier().client(chain)) {
      case Admitted _ -> new Verdict.Admit();
      case Refused refused ->
          new Verdict.Refuse(refused.code().number(), Counterpart.brief(refused.text()));
    };
  }

  /** Meets strangers within the handshake. They get no further, so they are counted here. */
  X509ExtendedTrustManager trust(Credentials of) {
    return new CountingTrust(of.verifier().trustManager(), code -> count("", code.text(), 0));
  }

  /** HTTP/3 tells of every connection that was not let in; {@link #trust} counted strangers. */
  @Override
  public void refused(SocketAddress remote, Http3ConnectException cause) {
    var failure = Diagnosis.of(Status.UNAVAILABLE.withCause(cause));
    if (!Diagnosis.isOfVerification(cause)) count("", failure.mk(), 0);
  }

  /** The end of a handshake over TCP, of a peer that {@link #trust} did not meet. */
  void turnedAway(TlsCode code) {
    count("", code.text(), 0);
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    var session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    var chain = chain(session);
    var checked = verifier().client(chain);
    var visit = new Visit(name(checked), road, parts.tools());
    var remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    var admission =
        road == RoadKind.H2 ? parts.tcp().guests().ready(remote, checked, visit) : checked;
    var notAfter = chain.isEmpty() ? 0 : chain.getFirst().getNotAfter().toInstant().toEpochMilli();
    switch (admission) {
      case Admitted _ -> count(name(admission), "", notAfter);
      case Refused(var code, _) when code == TlsCode.NO_CERTIFICATE -> {} // by turnedAway
      case Refused(var code, _) -> count("", code.text(), notAfter);
    }
    var known = attributes.toBuilder().set(ADMISSION, admission).set(Visit.KEY, visit);
    if (road != RoadKind.H2 || session == null) return known.build();
    if (admission instanceof Refused(var code, _) && code == TlsCode.OVERLOAD) return known.build();
    var stay = Stay.ofAnyAge(new Stay.Parts(parts.own(), parts.tools(), parts.times()), session);
    Runnable sendAway = () -> parts.tcp().guests().sendAway(remote);
    var guest = new Guest(() -> visit.judged(verifier().client(chain)), stay::isOver, sendAway);
    parts.tcp().rounds().add(guest);
    parts.tcp().guests().watch(remote, visit);
    return known.set(Guest.KEY, guest).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    if (attributes == null) return; // it was never ready
    var visit = attributes.get(Visit.KEY);
    if (visit != null) visit.end(closing, () -> admission(attributes));
    var guest = attributes.get(Guest.KEY);
    if (guest != null) parts.tcp().rounds().remove(guest);
  }

  private Admission admission(Attributes attributes) {
    return verifier().client(chain(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
  }

  private static String name(Admission admission) {
    return switch (admission) {
      case Admitted(Identity.Node(_, var id)) -> id.toString();
      case Admitted(var who) -> who.uri();
      case Refused _ -> "";
    };
  }

  /** Whatever ends from now on ends because this node stops. */
  void closing() {
    closing = true;
  }

  /** Which road leads here. */
  RoadKind road() {
    return road;
  }

  private PeerVerifier verifier() {
    return parts.own().now().verifier();
  }

  private void count(String peer, String code, long notAfter) {
    HandshakeEvent.over(
        new HandshakeEvent.Outcome("SERVER", road.name(), peer, "", code, notAfter));
    if (!code.isEmpty()) {
      parts.tools().meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "SERVER", code);
    }
  }

  private static List<X509Certificate> chain(@Nullable SSLSession session) {
    var chain = new ArrayList<X509Certificate>();
    if (session == null) return chain;
    try {
      for (var certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) chain.add(x509);
      }
    } catch (SSLPeerUnverifiedException _) {
      return List.of(); // the peer showed none
    }
    return chain;
  }
}
