package dev.meshkit.grpc;

/**
 * Which message of a call is begun, wanted, and not whole: the call's lane says it, the event loop
 * watches how long that takes.
 */
final class Awaited {
  /** No message is. */
  static final long NONE = -1;

  private volatile long message = NONE;

  /** The number of that message, or {@link #NONE}. */
  long message() {
    return message;
  }

  /** It is this one now; on the lane alone. */
  void is(long number) {
    if (message != number) message = number;
  }
}
