package dev.meshkit.runtime;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Settles "any free port" before anybody is told where a node is, and before it binds: a port that
 * is free for UDP and TCP alike, below the range that systems give to those who dial (32768 on with
 * Linux, 49152 on by RFC 6335 §6), where the next dial of any process might take it.
 */
public final class FreePort {
  private static final int FIRST = 16_384;
  private static final int END = 32_768;
  private static final int TRIES = 100;

  private FreePort() {}

  /**
   * A port of {@code host} that is free now; another process that binds it first is still faster.
   *
   * @throws IOException {@code host} is no address of this host, or 100 ports in turn were taken
   */
  public static int of(String host) throws IOException {
    var address = InetAddress.getByName(host);
    var chance = Chance.secure();
    for (var left = TRIES; ; left--) {
      var at = new InetSocketAddress(address, chance.nextInt(FIRST, END));
      try (var tcp = new ServerSocket();
          var udp = new DatagramSocket(null)) {
        tcp.bind(at);
        udp.bind(at);
        return at.getPort();
      } catch (BindException taken) {
        if (left == 1) throw taken;
      }
    }
  }
}
