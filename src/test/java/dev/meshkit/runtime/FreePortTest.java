package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
  /** What is found can be bound for both, and no dial of anybody is given it. */
  @Test
  void itIsFreeForBothAndBelowTheRangeOfThoseWhoDial() throws IOException {
    for (var i = 0; i < 100; i++) {
      var port = FreePort.of("127.0.0.1");
      assertTrue(port >= 16_384 && port < 32_768, () -> "port " + port);
      var at = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
      try (var tcp = new ServerSocket();
          var udp = new DatagramSocket(null)) {
        tcp.bind(at);
        udp.bind(at);
      }
    }
  }

  @Test
  void anAddressOfAnotherHostHasNone() {
    assertThrows(BindException.class, () -> FreePort.of("192.0.2.1")); // RFC 5737: nobody's
  }
}
