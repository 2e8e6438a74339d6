package dev.meshkit.transport;

/** What carries calls to a peer. */
public enum RoadKind {
  /** gRPC over HTTP/3, QUIC on UDP. */
  H3,
  /** gRPC over HTTP/2, TLS on TCP: where UDP does not get through. */
  H2,
  /** The legacy TLS socket: while both regions permit version 1 of the transport. */
  LEGACY
}
