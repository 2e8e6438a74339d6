package dev.meshkit.security;

/** What kind of caller this is. */
public enum Role {
  /** Showed no certificate. */
  NOBODY,
  /** A node of the mesh. */
  NODE,
  /** The enrolment listener of a node, and nothing else. */
  ISSUER,
  /** May look. */
  OBSERVER,
  /** May look and change. */
  OPERATOR,
  /** Opened this node's admin socket. */
  SOCKET
}
