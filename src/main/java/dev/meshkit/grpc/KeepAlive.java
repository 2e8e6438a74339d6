package dev.meshkit.grpc;

import java.time.Duration;

/**
 * How a silent path is noticed (HTTP/3 has no PING: an empty reserved frame must be acknowledged).
 *
 * @param time without a packet before such a frame is sent; 10 s
 * @param timeout without a packet after it before the path is lost; 3 s
 */
record KeepAlive(Duration time, Duration timeout) {
  /** Checks both. */
  KeepAlive {
    if (!time.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "keepalive times are positive, not " + time + ", " + timeout);
    }
  }

  static KeepAlive defaults() {
    return new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(3));
  }

  KeepAlive withTime(Duration value) {
    return new KeepAlive(value, timeout);
  }

  KeepAlive withTimeout(Duration value) {
    return new KeepAlive(time, value);
  }
}
