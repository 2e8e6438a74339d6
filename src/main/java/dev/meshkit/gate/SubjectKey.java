package dev.meshkit.gate;

/** Whom the decisions of a change are about. */
public enum SubjectKey {
  /** Nobody in particular: one version for all. */
  NONE,
  /** A node. */
  NODE,
  /** The link between two nodes, the same for both ends. */
  LINK,
  /** A tenant, by the name the application gives it. */
  TENANT
}
