package dev.meshkit.security;

import dev.meshkit.api.MeshError;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why a certificate, a key or a handshake was refused. Stable, never reused. */
public enum TlsCode {
  /** An empty chain. */
  NO_CERTIFICATE(1, "the peer has no identity: start it with one"),
  /** Its chain does not end in our roots. */
  FOREIGN_CA(2, "compare both nodes' identity/roots.pem: are they of one cluster?"),
  /** The trust domain of another cluster. */
  OTHER_CLUSTER(3, "dial only nodes of this cluster"),
  /** Past its notAfter. */
  EXPIRED(4, "renew that node's certificate; check both clocks"),
  /** Before its notBefore. */
  NOT_YET_VALID(5, "check both clocks: one of them is wrong"),
  /** No URI SAN, two, one of the wrong form, or not the configured name. */
  BAD_IDENTITY(6, "a certificate names one spiffe://<cluster>/region/<region>/node/<name>"),
  /** Another node than was dialled. */
  OTHER_NODE(7, "the address is stale: another node answers there now"),
  /** Its usages or its role do not fit. */
  WRONG_ROLE(8, "use a node's certificate on the mesh port"),
  /** Revoked, or on a deny list. */
  REVOKED(9, "whoever denies it says why in its identity/deny.list: ask there"),
  /** The peer refused ours. */
  REFUSED_BY_PEER(10, "see the peer's log: it says why it refused this node's certificate"),
  /** No common ALPN. */
  NO_ALPN(11, "the port is not a MeshKit mesh port"),
  /** No common version, group or signature. */
  NO_COMMON_TLS(12, "both ends need TLS 1.3 with P-256 or X25519"),
  /** The handshake took too long. */
  HANDSHAKE_TIMEOUT(13, "check that UDP and TCP of the port pass the firewall"),
  /** Our key does not belong to our certificate. */
  KEY_MISMATCH(14, "put back the key this certificate was issued for"),
  /** Our identity is missing, unreadable or too open. */
  UNSAFE_FILES(15, "chmod -R go= the identity directory and make the process its owner"),
  /** Weak or oversized. */
  WEAK_CHAIN(16, "want at most 4 certificates with P-256, P-384 or RSA-3072 keys and SHA-256"),
  /** Refused for load. */
  OVERLOAD(17, "try again later"),
  /** A failed handshake that none of the others describes. */
  UNCLASSIFIED(18, "see the original text"),
  /** Ends later than what signed it. */
  OUTLIVES_ISSUER(23, "renew the issuer first"),
  /** Its role may not call this method. */
  ROLE_DENIED(31, "call with a certificate of the right role"),
  /** A sender that is not its certificate's node. */
  FALSE_SENDER(32, "that node's configuration and certificate disagree, or it lies");

  private static final Pattern CODE = Pattern.compile("MK-TLS-(\\d{3})");

  private final int number;
  private final String fix;

  TlsCode(int number, String fix) {
    this.number = number;
    this.fix = fix;
  }

  /** The number after {@code MK-TLS-}. */
  public int number() {
    return number;
  }

  /** {@code MK-TLS-nnn}. */
  public String text() {
    return "MK-TLS-%03d".formatted(number);
  }

  /** What mends it. */
  public String fix() {
    return fix;
  }

  /** Whether it is a failure of authentication, which no other road could mend: 001–010 and 016. */
  public boolean isAuthentication() {
    return number <= 10 || this == WEAK_CHAIN;
  }

  /** This code as an error about {@code tried}. */
  public MeshError error(String tried, String why) {
    return error(tried, why, fix);
  }

  /** This code as an error with a fix of its own. */
  public MeshError error(String tried, String why, String fix) {
    return MeshError.of("error.identity", tried, why, fix, MeshError.Retry.NEVER)
        .with("mk", text());
  }

  /** The code of this number, if there is one. */
  public static Optional<TlsCode> of(int number) {
    for (var code : values()) {
      if (code.number == number) return Optional.of(code);
    }
    return Optional.empty();
  }

  /** The first code that a text names, if any. */
  public static Optional<TlsCode> in(String text) {
    var found = CODE.matcher(text);
    return found.find() ? of(Integer.parseInt(found.group(1))) : Optional.empty();
  }
}
