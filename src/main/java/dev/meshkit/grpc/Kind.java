package dev.meshkit.grpc;

/** Why a connection could not be made, or was lost. */
public enum Kind {
  /** The host has no address. */
  RESOLVE,
  /** Nobody listens there: the network said so. */
  REFUSED,
  /** No answer in time, or the path fell silent. */
  TIMEOUT,
  /** The peer does not speak {@code h3}. */
  ALPN,
  /** A certificate or the handshake was refused; see {@link Http3ConnectException#tlsAlert()}. */
  TLS,
  /** A {@link PeerCheck} refused, ours or the peer's. */
  PEER_CHECK,
  /** Closed by either side. */
  CLOSED,
  /** The peer has no room for us. */
  OVERLOAD
}
