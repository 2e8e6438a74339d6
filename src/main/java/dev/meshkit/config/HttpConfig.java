package dev.meshkit.config;

import dev.meshkit.api.Endpoint;

/**
 * Section {@code http}: the loopback listener of /metrics, /livez and /readyz.
 *
 * @param listen a loopback address and port, default {@code 127.0.0.1:7480}; {@link Endpoint#NONE},
 *     in a file {@code "off"}, for none; never another address: it authenticates nobody
 */
public record HttpConfig(Endpoint listen) {
  /** Checks ranges and relations. */
  public HttpConfig {
    Rules.of("http")
        .require(
            "listen",
            Loopback.is(listen.host()) || listen.host().isEmpty(),
            "must be a loopback address or \"off\"")
        .check();
  }

  /** The defaults. */
  public static HttpConfig defaults() {
    return new HttpConfig(new Endpoint("127.0.0.1", 7480));
  }

  /** No HTTP listener. */
  public static HttpConfig off() {
    return new HttpConfig(Endpoint.NONE);
  }

  /** The listener at {@code listen}. */
  public static HttpConfig of(Endpoint listen) {
    return new HttpConfig(listen);
  }

  /** Whether there is no listener. */
  public boolean isOff() {
    return listen.equals(Endpoint.NONE);
  }

  /** This, with another address. */
  public HttpConfig withListen(Endpoint listen) {
    return new HttpConfig(listen);
  }
}
