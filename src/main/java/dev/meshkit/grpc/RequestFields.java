package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The heads of a channel's requests; {@code grpc-timeout} is added when one is written. What the
 * calls of a method share is encoded once. Thread-safe.
 */
final class RequestFields {
  private static final int METHODS = 256; // as many are remembered; the others are encoded anew

  /** What a channel says itself, and an application only by its builder and call options. */
  private static final Set<String> OURS = Set.of("host", "user-agent");

  private final String authority;
  private final String userAgent;
  private final String encodings;
  private final ConcurrentHashMap<String, FieldSection> known = new ConcurrentHashMap<>();

  RequestFields(String authority, String userAgent, Codecs codecs) {
    this.authority = authority;
    this.userAgent = userAgent;
    this.encodings = String.join(",", codecs.decompressors().getAdvertisedMessageEncodings());
  }

  FieldSection of(MethodDescriptor<?, ?> method, Metadata metadata, CallOptions options) {
    var fields = head(method.getFullMethodName(), options.getAuthority());
    Urgency.append(Urgency.checked(options.getOption(Http3ChannelBuilder.URGENCY)), fields);
    HeaderCodec.append(
        metadata,
        (name, value) -> {
          if (!OURS.contains(name)) fields.add(name, value);
        });
    return fields;
  }

  private FieldSection head(String method, @Nullable String own) {
    if (own != null && !own.equals(authority)) return encoded(method, own);
    var head = known.get(method);
    if (head == null) {
      head = encoded(method, authority);
      if (known.size() < METHODS) known.put(method, head);
    }
    return head.copy();
  }

  private FieldSection encoded(String method, String host) {
    var fields =
        new FieldSection()
            .indexed(20, 11) // :method POST
            .indexed(23, 12) // :scheme https
            .named(1, 5, "/" + method) // :path
            .named(0, 10, host) // :authority
            .add("te", "trailers")
            .named(44, 12, "application/grpc") // content-type
            .named(95, 10, userAgent); // user-agent
    if (!encodings.isEmpty()) fields.add("grpc-accept-encoding", encodings);
    return fields;
  }
}
