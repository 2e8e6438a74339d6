package dev.meshkit.control;

import dev.meshkit.api.MeshError;
import dev.meshkit.control.proto.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.net.ConnectException;

/**
 * Failures on their way to a person: {@link MeshError} ↔ kind {@code Error} ↔ gRPC status. The
 * whole error travels in a trailer, so nothing of its why and fix is lost.
 */
public final class Errors {
  /** The detail that carries a code of {@code meshkit explain}, where an error has its own. */
  public static final String MK = "mk";

  private static final Metadata.Key<Error> TRAILER =
      Metadata.Key.of(
          "meshkit-error-bin", ProtoUtils.metadataMarshaller(Error.getDefaultInstance()));

  private Errors() {}

  /** The error as kind {@code Error}, without an exit code. */
  public static Error message(MeshError error) {
    return Error.newBuilder()
        .setApiVersion(Envelope.API_VERSION)
        .setKind("Error")
        .setCode(mk(error))
        .setError(error.code())
        .setWhat(error.tried())
        .setWhy(error.why())
        .setFix(error.fix())
        .setRetry(Error.Retry.valueOf(error.retry().name()))
        .build();
  }

  /** The error that {@link #message} was made from; its details but {@link #MK} are gone. */
  public static MeshError error(Error message) {
    var retry =
        switch (message.getRetry()) {
          case SAFE -> MeshError.Retry.SAFE;
          case SAFE_WITH_KEY -> MeshError.Retry.SAFE_WITH_KEY;
          case NEVER, UNRECOGNIZED -> MeshError.Retry.NEVER;
        };
    return MeshError.of(
            message.getError(), message.getWhat(), message.getWhy(), message.getFix(), retry)
        .with(MK, message.getCode());
  }

  /** The refusal of a call because of {@code error}. */
  static StatusRuntimeException refusal(MeshError error) {
    var trailers = new Metadata();
    trailers.put(TRAILER, message(error));
    return status(error).toStatus().withDescription(error.text()).asRuntimeException(trailers);
  }

  /** Why a call was refused, or could not be made while {@code tried}. */
  static MeshError cause(StatusRuntimeException refused, String tried, Doubt doubt) {
    var trailers = refused.getTrailers();
    var message = trailers == null ? null : trailers.get(TRAILER);
    if (message != null) return error(message);
    var why = String.valueOf(refused.getStatus().getDescription());
    return switch (isCut(refused) ? Status.Code.UNAVAILABLE : refused.getStatus().getCode()) {
      case DEADLINE_EXCEEDED ->
          MeshError.of(
              "error.timeout",
              tried,
              doubt.why("the node did not answer in time"),
              doubt.fix("allow more with --timeout; if it hangs, see its log", ""),
              MeshError.Retry.SAFE_WITH_KEY);
      case UNAVAILABLE, CANCELLED ->
          gone(tried, isHeard(refused) ? doubt : Doubt.NONE).with(MK, "MK-CLI-005");
      case UNIMPLEMENTED ->
          MeshError.of(
              "error.unsupported",
              tried,
              "the node is of a version that does not know this command",
              "use the meshkit the node was started with, or upgrade the node",
              MeshError.Retry.NEVER);
      default ->
          MeshError.of(
              "error.internal",
              tried,
              why,
              "this is a fault in MeshKit: report it with the node's log",
              MeshError.Retry.SAFE_WITH_KEY);
    };
  }

  private static MeshError gone(String tried, Doubt doubt) {
    return MeshError.of(
        "error.unavailable",
        tried,
        doubt.why("the node stopped or does not answer"),
        doubt.fix("start it, retry", "start it, then "),
        doubt.retry(MeshError.Retry.SAFE));
  }

  /** Whether the connection broke: a call that was just being written has no better word for it. */
  private static boolean isCut(StatusRuntimeException refused) {
    return refused.getStatus().getCause() instanceof IOException;
  }

  /** Whether the node may have got the call: not where there was nobody to connect to. */
  private static boolean isHeard(StatusRuntimeException refused) {
    return !(refused.getStatus().getCause() instanceof ConnectException);
  }

  /** The status class of an error: what exit codes go by. */
  public static Status.Code status(MeshError error) {
    return switch (error.code()) {
      case "error.validation" -> Status.Code.INVALID_ARGUMENT;
      case "error.not_found" -> Status.Code.NOT_FOUND;
      case "error.denied" -> Status.Code.PERMISSION_DENIED;
      case "error.identity" -> Status.Code.UNAUTHENTICATED;
      case "error.unavailable", "error.draining", "error.no_leader" -> Status.Code.UNAVAILABLE;
      case "error.queue.full", "error.store.full" -> Status.Code.RESOURCE_EXHAUSTED;
      case "error.conflict", "error.precondition" -> Status.Code.FAILED_PRECONDITION;
      case "error.timeout" -> Status.Code.DEADLINE_EXCEEDED;
      case "error.unsupported" -> Status.Code.UNIMPLEMENTED;
      default -> Status.Code.INTERNAL;
    };
  }

  /** The code of {@code meshkit explain}: the error's own, else that of its class. */
  private static String mk(MeshError error) {
    var own = error.details().get(MK);
    if (own != null) return own;
    return switch (status(error)) {
      case INVALID_ARGUMENT -> "MK-CLI-001";
      case NOT_FOUND -> "MK-CLI-008";
      case PERMISSION_DENIED -> "MK-AUTH-001";
      case UNAUTHENTICATED -> "MK-TLS-015";
      case UNAVAILABLE -> "MK-NET-001";
      case RESOURCE_EXHAUSTED -> "MK-QUE-001";
      case FAILED_PRECONDITION -> "MK-NODE-007";
      case DEADLINE_EXCEEDED -> "MK-CLI-007";
      case UNIMPLEMENTED -> "MK-CLI-009";
      default -> error.code().startsWith("error.store.") ? "MK-STO-001" : "MK-NODE-010";
    };
  }
}
