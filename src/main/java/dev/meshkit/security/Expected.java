package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a chain must be, to be let in.
 *
 * @param cluster its trust domain
 * @param roots it must end in one of these
 * @param now wall time
 * @param side what the peer is in this handshake
 * @param roles which callers the listener is for
 * @param node the node that was dialled, {@link NodeId#NOBODY} for any
 * @param denied whom to refuse all the same
 */
record Expected(
    String cluster,
    List<X509Certificate> roots,
    Instant now,
    Side side,
    Set<Role> roles,
    NodeId node,
    DenyList denied) {
  /** Copies the collections. */
  Expected {
    roots = List.copyOf(roots);
    roles = Set.copyOf(roles);
  }

  /** What a peer is in a handshake, and the extended key usage it needs for that. */
  enum Side {
    /** It dialled us. */
    CLIENT("1.3.6.1.5.5.7.3.2"),
    /** We dialled it. */
    SERVER("1.3.6.1.5.5.7.3.1");

    private final String usage;

    Side(String usage) {
      this.usage = usage;
    }

    /** The OID of the extended key usage. */
    String usage() {
      return usage;
    }
  }
}
