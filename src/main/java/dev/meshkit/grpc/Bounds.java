package dev.meshkit.grpc;

import java.time.Duration;

/**
 * What a server takes from its clients, all of them together or one connection.
 *
 * @param handshakes under way
 * @param load connections and calls
 * @param floods what is cheap to send
 * @param patience with those who send or read slowly
 */
record Bounds(Handshakes handshakes, Load load, Floods floods, Patience patience) {
  /**
   * Handshakes under way.
   *
   * @param halfOpen at once; 256. The Initial of one more is dropped
   * @param aPrefix of them from one /24 or /56; 16, and as many of clients that have proven their
   *     address. Loopback addresses share none
   * @param retryFrom so many on, a client must prove its address first; 64
   * @param begunASecond of the Initials of new clients, so many are taken in, and as many more of
   *     those that prove their address by a token; 1,000. The others must prove it
   * @param retriesASecond so many are asked for that, and as many proofs are looked at; 4,000. The
   *     others are dropped: a flood must not take the loop from the peers that are here
   * @param timeout for each; 5 s
   */
  record Handshakes(
      int halfOpen,
      int aPrefix,
      int retryFrom,
      int begunASecond,
      int retriesASecond,
      Duration timeout) {
    Handshakes within(Duration value) {
      return new Handshakes(halfOpen, aPrefix, retryFrom, begunASecond, retriesASecond, value);
    }
  }

  /**
   * What is open at once.
   *
   * @param connections admitted; 512
   * @param running calls whose callbacks have not all returned; 4,096
   * @param runningAConnection of them on one connection; 512
   * @param connectionsAnIdentity admitted of one client; 8
   */
  record Load(int connections, int running, int runningAConnection, int connectionsAnIdentity) {
    /**
     * Calls that run of one client: half of all, so that nobody takes the whole server, whatever
     * connections of his are being replaced; though never less than what one connection may have.
     */
    int runningAnIdentity() {
      return Math.max(running / 2, runningAConnection);
    }
  }

  /**
   * What is cheap to send, on one connection.
   *
   * @param resetsASecond streams given up at once, beyond as many that were answered; 1,000. Who
   *     gives up more finds that his next streams wait
   * @param resetBurst of them after quiet times; 2,000
   * @param pressing so long with streams that wait, in sum, is a flood; 5 s. Who goes when a
   *     connection is worn out by what he gives up ({@link Lifetime}) does not press for half as
   *     long
   * @param emptyFramesASecond frames that carry nothing, beyond as many that carry something; 100
   * @param penalty before a flooder's address may dial again, doubled each time; 10 s
   */
  record Floods(
      int resetsASecond,
      int resetBurst,
      Duration pressing,
      int emptyFramesASecond,
      Duration penalty) {
    /** For those whom we chose to dial. */
    static Floods endless() {
      return new Floods(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Lifetime.FOREVER,
          Integer.MAX_VALUE,
          Duration.ofSeconds(10));
    }
  }

  /**
   * How long a stream may take.
   *
   * @param headers from its opening; 5 s
   * @param movement of a message begun and wanted, from one byte to the next; 10 s
   * @param message from its first byte to its last, while it is wanted; 60 s
   * @param reader who takes nothing of what we have for it; 30 s
   */
  record Patience(Duration headers, Duration movement, Duration message, Duration reader) {}

  static Bounds defaults() {
    return new Bounds(
        new Handshakes(256, 16, 64, 1_000, 4_000, Duration.ofSeconds(5)),
        new Load(512, 4_096, 512, 8),
        new Floods(1_000, 2_000, Duration.ofSeconds(5), 100, Duration.ofSeconds(10)),
        new Patience(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30)));
  }

  Bounds with(Handshakes value) {
    return new Bounds(value, load, floods, patience);
  }

  Bounds with(Load value) {
    return new Bounds(handshakes, value, floods, patience);
  }

  Bounds with(Floods value) {
    return new Bounds(handshakes, load, value, patience);
  }

  Bounds with(Patience value) {
    return new Bounds(handshakes, load, floods, value);
  }
}
