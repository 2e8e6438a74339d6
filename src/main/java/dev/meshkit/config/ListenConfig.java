package dev.meshkit.config;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import java.util.Optional;

/**
 * Section {@code listen}: where peers reach this node.
 *
 * @param mesh the address and port of peers, UDP for HTTP/3 and TCP for HTTP/2; default {@code
 *     0.0.0.0:7443}; port 0 takes any free port
 * @param advertise what peers are told, when they reach us by another name than {@code mesh};
 *     default {@link Endpoint#NONE}: what {@code mesh} says
 * @param transport which road links take; default {@link TransportChoice#AUTO}
 */
public record ListenConfig(Endpoint mesh, Endpoint advertise, TransportChoice transport) {
  /** Checks ranges and relations. */
  public ListenConfig {
    Rules.of("listen").require("mesh", !mesh.host().isEmpty(), "must be host:port").check();
  }

  /** The defaults. */
  public static ListenConfig defaults() {
    return new ListenConfig(new Endpoint("0.0.0.0", 7443), Endpoint.NONE, TransportChoice.AUTO);
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
    if (Loopback.is(mesh.host())) return Optional.empty();
    return Optional.of(
        MeshError.validation(
                "start a --dev node at " + mesh,
                "that is no loopback address, and a --dev node is for its own host: whoever can"
                    + " read the CA beside its data directory may be any node",
                "leave --listen (listen.mesh) out, or give it 127.0.0.1:" + mesh.port())
            .with("mk", "MK-CFG-009"));
  }

  /** This, with another address. */
  public ListenConfig withMesh(Endpoint mesh) {
    return new ListenConfig(mesh, advertise, transport);
  }

  /** This, with another advertised address. */
  public ListenConfig withAdvertise(Endpoint advertise) {
    return new ListenConfig(mesh, advertise, transport);
  }

  /** This, with another road. */
  public ListenConfig withTransport(TransportChoice transport) {
    return new ListenConfig(mesh, advertise, transport);
  }
}
