package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;

/** The head of a request; {@code grpc-timeout} is added when it is written. */
final class RequestFields {
  private RequestFields() {}

  static Http3Headers of(
      MethodDescriptor<?, ?> method, Metadata metadata, ClientTerms terms, CallOptions options) {
    var own = options.getAuthority();
    var urgency = options.getOption(Http3ChannelBuilder.URGENCY);
    Http3Headers fields = new DefaultHttp3Headers(false);
    fields
        .method("POST")
        .scheme("https")
        .path("/" + method.getFullMethodName())
        .authority(own == null ? terms.authority() : own)
        .add("te", "trailers")
        .add("content-type", "application/grpc")
        .add("user-agent", terms.userAgent());
    var encodings = terms.codecs().decompressors().getAdvertisedMessageEncodings();
    if (!encodings.isEmpty()) fields.add("grpc-accept-encoding", String.join(",", encodings));
    Urgency.append(urgency, fields);
    HeaderCodec.append(metadata, fields);
    return fields;
  }
}
