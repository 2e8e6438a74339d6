package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The methods of the mesh port, as calls of bytes: on the wire as if protobuf had written them. */
final class Methods {
  /** The service of mesh.proto. */
  static final String SERVICE = "meshkit.v1.Mesh";

  private static final MethodDescriptor.Marshaller<Bytes> RAW = new Raw();

  /** Anti-entropy. */
  static final MethodDescriptor<Bytes, Bytes> SYNC = method(SERVICE + "/Sync", MethodType.UNARY);

  /** What is asked of whoever leads a scope. */
  static final MethodDescriptor<Bytes, Bytes> COMMAND =
      method(SERVICE + "/Command", MethodType.UNARY);

  /**
   * The first call on every connection: an empty answer proves that the far side finished its
   * handshake, let our certificate in, and speaks gRPC. A refusal carries the far side's reason.
   */
  static final MethodDescriptor<Bytes, Bytes> PROBE =
      method("meshkit.v1.Road/Probe", MethodType.UNARY);

  private Methods() {}

  /** The duplex method of a family. */
  static MethodDescriptor<Bytes, Bytes> duplex(Family family) {
    return method(family.method(), MethodType.BIDI_STREAMING);
  }

  /** The method of what is asked with one request. */
  static MethodDescriptor<Bytes, Bytes> unary(Carrier.Asked asked) {
    return switch (asked) {
      case SYNC -> SYNC;
      case COMMAND -> COMMAND;
      case PROBE -> PROBE;
    };
  }

  private static MethodDescriptor<Bytes, Bytes> method(String name, MethodType type) {
    return MethodDescriptor.<Bytes, Bytes>newBuilder()
        .setFullMethodName(name)
        .setType(type)
        .setRequestMarshaller(RAW)
        .setResponseMarshaller(RAW)
        .build();
  }

  /** Bytes as they are. Sizes are bounded by gRPC before anything is read. */
  private static final class Raw implements MethodDescriptor.Marshaller<Bytes> {
    @Override
    public InputStream stream(Bytes value) {
      return new ByteArrayInputStream(value.toArray());
    }

    @Override
    public Bytes parse(InputStream stream) {
      try (stream) {
        return Bytes.of(stream.readAllBytes());
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
