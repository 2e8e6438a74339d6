package dev.meshkit.config;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Section {@code listen}: where peers reach this node.
 *
 * @param mesh the address and port of peers, UDP for HTTP/3 and TCP for HTTP/2; default {@code
 *     0.0.0.0:7443}; port 0 takes any free port
 * @param advertise what peers are told, when they reach us by another name than {@code mesh};
 *     default {@link Endpoint#NONE}: what {@code mesh} says
 * @param legacy the address and port of peers that speak version 1 of the transport, TLS on TCP;
 *     default {@code 0.0.0.0:7445}; bound only while {@code versions} permits version 1 in this
 *     node's region; port 0 takes any free port
 * @param transport which road links of version 2 take; default {@link TransportChoice#AUTO}
 * @param versions which versions of the transport regions permit, the same on every node; default
 *     none: a region that is not named permits version 2 alone. It is what regions begin with: one
 *     whose record has an entry of {@code meshkit::transport::{region}} goes by that alone. Between
 *     two regions it is the lower of what both say they use, if both permit it, else the highest
 *     that both permit, else there is no link
 */
public record ListenConfig(
    Endpoint mesh,
    Endpoint advertise,
    Endpoint legacy,
    TransportChoice transport,
    List<VersionWindow> versions) {
  private static final int LEGACY = 1;
  private static final int CURRENT = 2;
  private static final String ORDER = "must have min <= version <= max, each 1 or 2";

  /** Copies the list, and checks ranges and relations. */
  public ListenConfig {
    versions = List.copyOf(versions);
    Rules.of("listen")
        .require("mesh", !mesh.host().isEmpty(), "must be host:port")
        .require("legacy", !legacy.host().isEmpty(), "must be host:port")
        .require("versions", versions.stream().allMatch(ListenConfig::isOrdered), ORDER)
        .require(
            "versions",
            versions.stream().allMatch(window -> NodeId.isName(window.region())),
            "must name regions of 1-40 of [a-z0-9-], first and last a letter or digit")
        .require(
            "versions",
            versions.stream().map(VersionWindow::region).distinct().count() == versions.size(),
            "must name each region once")
        .require(
            "legacy",
            versions.isEmpty() || mesh.port() == 0 || mesh.port() != legacy.port(),
            "must be another port than that of `listen.mesh`")
        .check();
  }

  private static boolean isOrdered(VersionWindow window) {
    return window.min() >= LEGACY
        && window.max() <= CURRENT
        && window.version() >= window.min()
        && window.version() <= window.max();
  }

  /** The defaults. */
  public static ListenConfig defaults() {
    return new ListenConfig(
        new Endpoint("0.0.0.0", 7443),
        Endpoint.NONE,
        new Endpoint("0.0.0.0", 7445),
        TransportChoice.AUTO,
        List.of());
  }

  /** The mesh port at {@code mesh}, everything else by default. */
  public static ListenConfig of(Endpoint mesh) {
    return defaults().withMesh(mesh);
  }

  /**
   * Why a development node must not listen here, if so: whoever reads the CA it shares may be any
   * node, so it is for its own host.
   */
  public Optional<MeshError> unfitForDev() {
    if (!Loopback.is(mesh.host())) return Optional.of(unfit(mesh, "--listen (listen.mesh)"));
    var isGiven = !legacy.equals(defaults().legacy()); // else a --dev node has a place of its own
    if (isGiven && !Loopback.is(legacy.host())) return Optional.of(unfit(legacy, "listen.legacy"));
    return Optional.empty();
  }

  private static MeshError unfit(Endpoint at, String key) {
    return MeshError.validation(
            "start a --dev node at " + at,
            "that is no loopback address, and a --dev node is for its own host: whoever can"
                + " read the CA beside its data directory may be any node",
            "leave " + key + " out, or give it 127.0.0.1:" + at.port())
        .with("mk", "MK-CFG-009");
  }

  /** This, with another address. */
  public ListenConfig withMesh(Endpoint mesh) {
    return new ListenConfig(mesh, advertise, legacy, transport, versions);
  }

  /** This, with another advertised address. */
  public ListenConfig withAdvertise(Endpoint advertise) {
    return new ListenConfig(mesh, advertise, legacy, transport, versions);
  }

  /** Whether a node of this region serves version 1 of the transport. */
  public boolean servesLegacy(String region) {
    return versions.stream()
        .anyMatch(window -> window.region().equals(region) && window.holds(LEGACY));
  }

  /** This, with another legacy port. */
  public ListenConfig withLegacy(Endpoint legacy) {
    return new ListenConfig(mesh, advertise, legacy, transport, versions);
  }

  /** This, with other versions of the transport. */
  public ListenConfig withVersions(List<VersionWindow> versions) {
    return new ListenConfig(mesh, advertise, legacy, transport, versions);
  }

  /** This, with another road. */
  public ListenConfig withTransport(TransportChoice transport) {
    return new ListenConfig(mesh, advertise, legacy, transport, versions);
  }
}
