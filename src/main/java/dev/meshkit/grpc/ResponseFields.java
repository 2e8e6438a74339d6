package dev.meshkit.grpc;

import io.grpc.Metadata;
import io.grpc.Status;

/** The field sections of a response; the usual ones are encoded once. */
final class ResponseFields {
  private static final FieldSection HEAD =
      new FieldSection()
          .indexed(25, 10) // :status 200
          .named(44, 12, "application/grpc"); // content-type
  private static final FieldSection OK = StatusMapping.append(Status.OK, new FieldSection());

  private ResponseFields() {}

  /** What every gRPC response begins with. */
  static FieldSection head() {
    return HEAD.copy();
  }

  /** A response that is not gRPC's. */
  static FieldSection plain(String httpStatus) {
    return new FieldSection().named(24, 7, httpStatus); // :status
  }

  /** The head of a response with messages. */
  static FieldSection head(Metadata metadata, String encoding) {
    var fields = head();
    if (!encoding.equals("identity")) fields.add("grpc-encoding", encoding);
    HeaderCodec.append(metadata, fields::add);
    return fields;
  }

  /**
   * The end of a response.
   *
   * @param alone whether it is the whole response (Trailers-Only)
   * @param limit the largest section the client takes: over it, the user's metadata is shed, and
   *     then the status's description
   */
  static FieldSection trailers(Status status, Metadata metadata, boolean alone, long limit) {
    var fields = bare(status, alone);
    HeaderCodec.append(metadata, fields::add);
    if (fields.size() <= limit) return fields;
    var shed = bare(status, alone);
    return shed.size() <= limit ? shed : bare(status.getCode().toStatus(), alone);
  }

  /** A whole response, of nothing but its status; {@code limit} as in {@link #trailers}. */
  static FieldSection alone(Status status, long limit) {
    return trailers(status, new Metadata(), true, limit);
  }

  private static FieldSection bare(Status status, boolean alone) {
    if (!alone && status.isOk() && status.getDescription() == null) return OK.copy();
    return StatusMapping.append(status, alone ? head() : new FieldSection());
  }
}
