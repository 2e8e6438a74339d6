package dev.meshkit.grpc;

/**
 * What all channels and servers of this process have done together since the first of them was
 * built, for whoever watches: they share their event loops, so that none has counts of its own. The
 * counts begin anew once the last of them has ended.
 *
 * @param drains how often an event loop has sent what was waiting, with one flush
 * @param packets that were sent, those that the kernel splits off counted each; by {@code drains}:
 *     packets a drain
 * @param wakes how often an event loop has woken another thread; by {@code drains}: wake-ups a
 *     drain
 * @param probes frames that mean nothing, sent to find out whether a client still wants an answer
 * @param queuedCalls calls that wait for a stream or a connection now
 */
public record Http3Counts(long drains, long packets, long wakes, long probes, long queuedCalls) {
  static final Http3Counts NONE = new Http3Counts(0, 0, 0, 0, 0);

  /** Those of this moment; all zero while there is neither channel nor server. Never blocks. */
  public static Http3Counts now() {
    return Reactor.counts();
  }
}
