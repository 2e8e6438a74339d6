package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who a certificate names: exactly one URI SAN of four forms. Nothing is normalised: whatever
 * prints back differently is malformed.
 */
public sealed interface Identity {
  /** The trust domain. */
  String cluster();

  /** The only form it is written in. */
  String uri();

  /** What kind of caller it is. */
  Role role();

  /**
   * A peer.
   *
   * @param cluster its trust domain
   * @param id its name
   */
  record Node(String cluster, NodeId id) implements Identity {
    @Override
    public String uri() {
      return "spiffe://%s/region/%s/node/%s".formatted(cluster, id.region(), id.name());
    }

    @Override
    public Role role() {
      return Role.NODE;
    }
  }

  /**
   * The enrolment listener of a node.
   *
   * @param cluster its trust domain
   * @param id the node
   */
  record Issuer(String cluster, NodeId id) implements Identity {
    @Override
    public String uri() {
      return "spiffe://%s/region/%s/issuer/%s".formatted(cluster, id.region(), id.name());
    }

    @Override
    public Role role() {
      return Role.ISSUER;
    }
  }

  /**
   * Somebody who may look and change.
   *
   * @param cluster the trust domain
   * @param name who
   */
  record Operator(String cluster, String name) implements Identity {
    @Override
    public String uri() {
      return "spiffe://%s/operator/%s".formatted(cluster, name);
    }

    @Override
    public Role role() {
      return Role.OPERATOR;
    }
  }

  /**
   * Somebody who may look.
   *
   * @param cluster the trust domain
   * @param name who
   */
  record Observer(String cluster, String name) implements Identity {
    @Override
    public String uri() {
      return "spiffe://%s/observer/%s".formatted(cluster, name);
    }

    @Override
    public Role role() {
      return Role.OBSERVER;
    }
  }

  /** The identity a URI writes; empty for anything else. */
  static Optional<Identity> parse(String uri) {
    var form = Form.URI.matcher(uri);
    if (!form.matches()) return Optional.empty();
    var cluster = form.group("cluster");
    if (!isCluster(cluster)) return Optional.empty();
    var region = form.group("region");
    if (region == null) return person(cluster, form.group("who"), form.group("person"));
    var name = form.group("name");
    if (!NodeId.isName(region) || !NodeId.isName(name)) return Optional.empty();
    var id = NodeId.of(region, name);
    return Optional.of(
        form.group("kind").equals("node") ? new Node(cluster, id) : new Issuer(cluster, id));
  }

  /** All URI SANs of a certificate. An identity has exactly one. */
  static List<String> uris(X509Certificate certificate) {
    var uris = new ArrayList<String>();
    try {
      var names = certificate.getSubjectAlternativeNames();
      if (names == null) return List.of();
      for (var name : names) {
        if (name.getFirst().equals(Form.URI_NAME) && name.get(1) instanceof String uri) {
          uris.add(uri);
        }
      }
    } catch (CertificateParsingException _) {
      return List.of();
    }
    return List.copyOf(uris);
  }

  /** Who a certificate names; empty unless it has exactly one URI SAN, of a known form. */
  static Optional<Identity> of(X509Certificate certificate) {
    var uris = uris(certificate);
    return uris.size() == 1 ? parse(uris.getFirst()) : Optional.empty();
  }

  /** Whether a text may name a cluster: 1–63 of {@code [a-z0-9.-]}, no {@code ..}. */
  static boolean isCluster(String text) {
    return Form.CLUSTER.matcher(text).matches() && !text.contains("..");
  }

  private static Optional<Identity> person(String cluster, String who, String name) {
    if (!NodeId.isName(name)) return Optional.empty();
    return Optional.of(
        who.equals("operator") ? new Operator(cluster, name) : new Observer(cluster, name));
  }

  /** The grammar. */
  final class Form {
    /** The tag of a URI among the general names of RFC 5280 §4.2.1.6. */
    private static final Integer URI_NAME = 6;

    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern URI =
        Pattern.compile(
            "spiffe://(?<cluster>[^/]+)/(?:region/(?<region>[^/]+)/(?<kind>node|issuer)/(?<name>[^/]+)"
                + "|(?<who>operator|observer)/(?<person>[^/]+))");

    private Form() {}
  }
}
