package dev.meshkit.gate;

import dev.meshkit.api.NodeId;

/**
 * Whom a decision is about, as canonical text: every node writes the same subject the same way.
 *
 * @param key what kind it is
 * @param text a tenant's name, a node's id, or for a link both ids in order with {@code |} between;
 *     empty for {@link #NONE}, else 1 to 128 characters without control characters
 */
public record Subject(SubjectKey key, String text) {
  /** Nobody in particular. */
  public static final Subject NONE = new Subject(SubjectKey.NONE, "");

  private static final int LONGEST = 128;

  /** Checks the text. */
  public Subject {
    var isNone = key == SubjectKey.NONE;
    var isBad = text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl);
    if (isNone != text.isEmpty() || isBad) {
      throw new IllegalArgumentException(
          "not a subject by " + key + ": '" + text + "'; want 1 to " + LONGEST + " characters");
    }
  }

  /** A node. */
  public static Subject node(NodeId node) {
    return new Subject(SubjectKey.NODE, node.toString());
  }

  /** The link between two nodes, whichever is named first. */
  public static Subject link(NodeId one, NodeId other) {
    var isInOrder = one.compareTo(other) <= 0;
    var text = isInOrder ? one + "|" + other : other + "|" + one;
    return new Subject(SubjectKey.LINK, text);
  }

  /** A tenant, by its name. */
  public static Subject tenant(String name) {
    return new Subject(SubjectKey.TENANT, name);
  }

  @Override
  public String toString() {
    return key == SubjectKey.NONE ? "everyone" : text;
  }
}
