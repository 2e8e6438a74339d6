package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.control.Errors;
import io.grpc.Status;

/** The exit statuses of {@code meshkit}: part of its interface, so they never change. */
enum ExitCode {
  /** Done. */
  DONE(0),
  /** It failed. */
  FAILED(1),
  /** Wrong usage or configuration. */
  USAGE(2),
  /** There is no such thing. */
  NOT_FOUND(3),
  /** Denied; TLS; identity. */
  DENIED(4),
  /** No node answers, or nobody leads: may be tried again. */
  UNAVAILABLE(5),
  /** A conflict or precondition; a directory in use; a newer schema. */
  CONFLICT(6),
  /** No answer in time; what goes on is in the text: may be tried again. */
  TIMEOUT(7),
  /** What was looked at is not as it should be. */
  CHECKS_FAIL(11),
  /** The agent's store failed and said so by stopping: start it again. */
  STORE_FAILED(12);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** What the shell sees. */
  int status() {
    return status;
  }

  /** The status for an error: by its class, but for those that say more under their own code. */
  static ExitCode of(MeshError error) {
    return switch (error.details().getOrDefault(Errors.MK, "")) {
      case "MK-NODE-002" -> FAILED; // a port is taken
      case "MK-NODE-006", "MK-STO-004", "MK-STO-005" -> CONFLICT; // in use; newer; another's
      case "MK-STO-007" -> STORE_FAILED;
      default -> of(Errors.status(error));
    };
  }

  private static ExitCode of(Status.Code status) {
    return switch (status) {
      case OK -> DONE;
      case INVALID_ARGUMENT, OUT_OF_RANGE, UNIMPLEMENTED -> USAGE;
      case NOT_FOUND -> NOT_FOUND;
      case PERMISSION_DENIED, UNAUTHENTICATED -> DENIED;
      case UNAVAILABLE, RESOURCE_EXHAUSTED, CANCELLED -> UNAVAILABLE;
      case ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION -> CONFLICT;
      case DEADLINE_EXCEEDED -> TIMEOUT;
      case INTERNAL, UNKNOWN, DATA_LOSS -> FAILED;
    };
  }
}
