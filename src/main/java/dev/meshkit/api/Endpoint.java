package dev.meshkit.api;

/**
 * Where a peer may be reached: a host name or address literal, and a port.
 *
 * @param host a name, an IPv4 literal, or an IPv6 literal without brackets
 * @param port 0–65535; 0 only where "any free port" is meant
 */
public record Endpoint(String host, int port) {
  /** Nowhere: the endpoint of a node that has not said where it is. */
  public static final Endpoint NONE = new Endpoint("", 0);

  /** Checks the port's range and that no host carries a space or bracket. */
  public Endpoint {
    if (port < 0 || port > 65_535) throw new IllegalArgumentException("port out of range: " + port);
    if (host.length() > 253
        || host.chars().anyMatch(c -> c <= ' ' || c == '[' || c == ']' || c == '/')) {
      throw new IllegalArgumentException("not a host: '" + host + "'");
    }
  }

  /** Reads {@code host:port} or {@code [v6]:port}. */
  public static Endpoint parse(String text) {
    var colon = text.lastIndexOf(':');
    if (colon < 0) throw new IllegalArgumentException("'" + text + "' has no port; want host:port");
    var host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    try {
      return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException bad) {
      throw new IllegalArgumentException("'" + text + "' has no port; want host:port", bad);
    }
  }

  /** {@code host:port}, an IPv6 literal in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
