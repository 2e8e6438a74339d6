package dev.meshkit.grpc;

import java.time.Duration;

/**
 * How a silent path is noticed (HTTP/3 has no PING: an empty reserved frame must be acknowledged).
 *
 * @param time without a packet before such a frame is sent; 10 s, or 1 s while calls are open;
 *     {@link Lifetime#FOREVER} = never
 * @param timeout without a packet after it before the path is lost, if six round trips take no
 *     longer; 3 s
 * @param withoutCalls whether a connection without calls is kept alive as well; true
 * @param watch hears of paths in doubt
 */
record KeepAlive(Duration time, Duration timeout, boolean withoutCalls, PathWatch watch) {
  /** Checks both times. */
  KeepAlive {
    if (!time.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "keepalive times are positive, not " + time + ", " + timeout);
    }
  }

  static KeepAlive defaults() {
    return new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(3), true, _ -> {});
  }

  KeepAlive withTime(Duration value) {
    return new KeepAlive(value, timeout, withoutCalls, watch);
  }

  KeepAlive withTimeout(Duration value) {
    return new KeepAlive(time, value, withoutCalls, watch);
  }

  KeepAlive withoutCalls(boolean value) {
    return new KeepAlive(time, timeout, value, watch);
  }

  KeepAlive with(PathWatch value) {
    return new KeepAlive(time, timeout, withoutCalls, value);
  }
}
