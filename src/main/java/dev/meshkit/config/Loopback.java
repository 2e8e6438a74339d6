package dev.meshkit.config;

/** Which hosts only this host can reach. */
final class Loopback {
  private Loopback() {}

  /** Whether a host is a loopback address, by name or number. */
  static boolean is(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
