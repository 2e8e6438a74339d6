package dev.meshkit.transport;

/** Which roads are permitted. */
public enum RoadMode {
  /** HTTP/3 first, HTTP/2 where UDP does not get through; always counted. */
  AUTO,
  /** HTTP/3 only: TCP is neither dialled nor served. */
  H3,
  /** HTTP/2 only: UDP is known to be closed. */
  H2;

  /** Whether this road may be dialled and served. */
  public boolean permits(RoadKind kind) {
    return kind != RoadKind.LEGACY && (this == AUTO || name().equals(kind.name()));
  }
}
