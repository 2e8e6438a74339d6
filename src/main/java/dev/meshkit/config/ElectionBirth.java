package dev.meshkit.config;

/** How the electorates of a node's scopes come about where no voters are named. */
public enum ElectionBirth {
  /** Not at all: the node votes only where it is named. */
  NONE,
  /**
   * This node begins the mesh, unless its {@code election.db} holds one already: it alone votes in
   * {@code global} and in its region until others have come. One node of a mesh, once.
   */
  FOUND,
  /**
   * It joins a mesh: votes when it is asked to, and is the founder of its region if it is first.
   */
  JOIN
}
