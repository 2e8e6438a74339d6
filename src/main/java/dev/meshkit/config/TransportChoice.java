package dev.meshkit.config;

/** Which road peers are reached by. */
public enum TransportChoice {
  /** HTTP/3 first, HTTP/2 where UDP does not get through, always visible. */
  AUTO,
  /** HTTP/3 only: where UDP is blocked there is no link. */
  H3,
  /** HTTP/2 only. */
  H2
}
