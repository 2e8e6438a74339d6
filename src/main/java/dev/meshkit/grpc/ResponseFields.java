package dev.meshkit.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;

/** The field sections of a response. */
final class ResponseFields {
  private ResponseFields() {}

  /** What every gRPC response begins with. */
  static Http3Headers head() {
    Http3Headers fields = new DefaultHttp3Headers(false);
    fields.status("200").add("content-type", "application/grpc");
    return fields;
  }

  /** The head of a response with messages. */
  static Http3Headers head(Metadata metadata, String encoding, Codecs codecs) {
    var fields = head();
    if (!encoding.equals("identity")) fields.add("grpc-encoding", encoding);
    var known = codecs.decompressors().getAdvertisedMessageEncodings();
    if (!known.isEmpty()) fields.add("grpc-accept-encoding", String.join(",", known));
    HeaderCodec.append(metadata, fields);
    return fields;
  }

  /**
   * The end of a response.
   *
   * @param alone whether it is the whole response (Trailers-Only)
   * @param limit the largest section the client takes: over it, the user's metadata is shed
   */
  static Http3Headers trailers(Status status, Metadata metadata, boolean alone, long limit) {
    var fields = bare(status, alone);
    HeaderCodec.append(metadata, fields);
    return HeaderCodec.size(fields) > limit ? bare(status, alone) : fields;
  }

  private static Http3Headers bare(Status status, boolean alone) {
    Http3Headers fields = alone ? head() : new DefaultHttp3Headers(false);
    StatusMapping.append(status, fields);
    return fields;
  }
}
