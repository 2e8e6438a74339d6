package dev.meshkit.grpc;

/** What the builders of grpc-java offer and we do not, each with what to call instead. */
final class Refused {
  private Refused() {}

  static UnsupportedOperationException because(String what, String instead) {
    return new UnsupportedOperationException(what + ": use " + instead + " instead");
  }

  static UnsupportedOperationException plainText() {
    return because("HTTP/3 is always TLS 1.3", "tls(…)");
  }

  static UnsupportedOperationException keyFiles() {
    return because("keys come from key managers", "tls(keyManager, trustManager)");
  }

  static UnsupportedOperationException binaryLog() {
    return because("there is no binary log", "an interceptor or a stream tracer");
  }

  static UnsupportedOperationException otherThanOneHost() {
    return because(
        "a channel dials one host, so there are no name resolvers, balancers or service configs",
        "one channel per peer with forAddress(host, port)");
  }

  static UnsupportedOperationException retries() {
    return because(
        "only calls that no server has processed are repeated, once, and that needs no setting",
        "an interceptor that calls again");
  }
}
