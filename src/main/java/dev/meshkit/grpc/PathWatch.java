package dev.meshkit.grpc;

/**
 * Hears when a path falls into doubt, for whoever wants to have another one ready before this one
 * is given up.
 */
@FunctionalInterface
public interface PathWatch {
  /**
   * A connection with calls is in doubt: its server was asked for a sign of life and has given none
   * for half a second, or three round trips if they take longer. Or it is no longer: something came
   * from there, or the connection has ended. Each connection is told of in turns, the first time
   * when it falls into doubt. Called on the event loop: must not block.
   *
   * @param doubtful whether it is
   */
  void inDoubt(boolean doubtful);
}
