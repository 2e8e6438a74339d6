package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Settles "any free port" before anybody is told where this node is. */
final class FreePort {
  private FreePort() {}

  /** The endpoint, with a free port in the place of 0. Another process may still be faster. */
  static Endpoint of(Endpoint wanted) {
    if (wanted.port() != 0) return wanted;
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(wanted.host(), 0));
      return new Endpoint(wanted.host(), probe.getLocalPort());
    } catch (IOException failed) {
      throw new UncheckedIOException("no free port at " + wanted.host(), failed);
    }
  }
}
