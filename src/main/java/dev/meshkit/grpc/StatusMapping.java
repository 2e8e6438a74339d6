package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** What a status is called in HTTP, in HTTP/3 errors, and in gRPC (grpc/proposal G2). */
final class StatusMapping {
  private static final String STATUS = "grpc-status";
  private static final String MESSAGE = "grpc-message";
  private static final Set<Long> ERRORS =
      Arrays.stream(Http3ErrorCode.values())
          .filter(code -> code != Http3ErrorCode.H3_NO_ERROR)
          .map(code -> (long) code.code())
          .collect(Collectors.toUnmodifiableSet());

  private static final String BANDWIDTH = "bandwidth"; // what is exhausted, as gRPC puts it

  private StatusMapping() {}

  /** The status of an HTTP response that carries no {@code grpc-status}. */
  static Status ofHttp(String code) {
    var status =
        switch (code) {
          case "400" -> Status.INTERNAL;
          case "401" -> Status.UNAUTHENTICATED;
          case "403" -> Status.PERMISSION_DENIED;
          case "404" -> Status.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> Status.UNAVAILABLE;
          case "431" -> Status.RESOURCE_EXHAUSTED; // our own servers: metadata over the limit
          default -> Status.UNKNOWN;
        };
    return status.withDescription("HTTP status " + code + " without grpc-status");
  }

  /** The status of a stream that the server reset with this code. */
  static Status ofReset(long code) {
    if (code == Http3ErrorCode.H3_EXCESSIVE_LOAD.code()) {
      return Status.RESOURCE_EXHAUSTED.withDescription(BANDWIDTH);
    }
    if (code == Http3ErrorCode.H3_REQUEST_REJECTED.code()) {
      return Status.UNAVAILABLE.withDescription("rejected before it was processed");
    }
    if (code == Http3ErrorCode.H3_REQUEST_CANCELLED.code()) {
      return Status.CANCELLED.withDescription("cancelled by the server");
    }
    return Status.INTERNAL.withDescription(
        "stream reset with HTTP/3 error 0x" + Long.toHexString(code));
  }

  /**
   * The status of a call that was open when its connection ended. A code that nobody knows means
   * NO_ERROR (RFC 9114 §8).
   */
  static Status ofEnd(Http3ConnectException why) {
    var error = why.isHttp3Close() && ERRORS.contains(why.closeCode());
    var status = error ? ofReset(why.closeCode()) : Status.UNAVAILABLE;
    var what = status.getCode() == Status.Code.RESOURCE_EXHAUSTED ? BANDWIDTH + ": " : "";
    return status.withDescription(what + why.getMessage()).withCause(why);
  }

  /** The status of a call that we cannot go on with, for want of memory or by a bug. */
  static Status ofOurs(Throwable failure) {
    return failure instanceof OutOfMemoryError
        ? Status.RESOURCE_EXHAUSTED.withDescription("no memory to send with").withCause(failure)
        : Status.INTERNAL.withDescription("the call cannot be sent").withCause(failure);
  }

  /** The status in trailers, or in a Trailers-Only response; empty if these fields have none. */
  static Optional<Status> inFields(Http3Headers fields) {
    var code = fields.get(STATUS);
    if (code == null) return Optional.empty();
    var status = ofCode(code.toString());
    var message = fields.get(MESSAGE);
    return Optional.of(
        message == null ? status : status.withDescription(PercentCodec.decode(message)));
  }

  /** One or two digits: neither a sign nor what else {@code parseInt} would take. */
  private static Status ofCode(String code) {
    var plain = code.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!plain || code.isEmpty() || code.length() > 2) {
      return Status.UNKNOWN.withDescription("grpc-status is no code: " + code);
    }
    return Status.fromCodeValue(Integer.parseInt(code));
  }

  /** Writes a status into trailers. */
  static FieldSection append(Status status, FieldSection into) {
    append(status, into::add);
    return into;
  }

  /** Writes a status into trailers, a name and a value at a time. */
  static void append(Status status, BiConsumer<String, String> into) {
    into.accept(STATUS, String.valueOf(status.getCode().value()));
    var description = status.getDescription();
    if (description != null) into.accept(MESSAGE, PercentCodec.encode(description));
  }
}
