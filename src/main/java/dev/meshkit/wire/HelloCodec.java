package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;

/** {@code Hello}. Stateless and thread-safe. */
public final class HelloCodec {
  /** The largest Hello, bytes. */
  public static final int MAX_BYTES = 1 << 10;

  /** The wire version of this build. */
  public static final int WIRE_VERSION = 1;

  private static final Grammar<dev.meshkit.wire.proto.Hello> HELLO =
      new Grammar<>(
          dev.meshkit.wire.proto.Hello.getDescriptor(), dev.meshkit.wire.proto.Hello.parser());

  private HelloCodec() {}

  /** A Hello's bytes. */
  public static Bytes hello(Hello hello) {
    return Bytes.of(
        dev.meshkit.wire.proto.Hello.newBuilder()
            .setCluster(hello.cluster())
            .setNode(hello.node().toString())
            .setGeneration(hello.generation())
            .setWireMin(hello.wireMin())
            .setWireMax(hello.wireMax())
            .setFeatures(hello.features())
            .build()
            .toByteArray());
  }

  /** The Hello that bytes say. */
  public static Decoded<Hello> hello(Bytes bytes) {
    if (bytes.isEmpty()) return new Decoded.Malformed<>("no Hello");
    if (bytes.size() > MAX_BYTES) {
      return new Decoded.Malformed<>("a Hello of " + bytes.size() + " B");
    }
    try {
      var in = HELLO.parse(bytes);
      if (Integer.compareUnsigned(in.getWireMin(), in.getWireMax()) > 0) {
        return new Decoded.Malformed<>(
            "Hello: wire %s to %s"
                .formatted(
                    Integer.toUnsignedString(in.getWireMin()),
                    Integer.toUnsignedString(in.getWireMax())));
      }
      return new Decoded.Whole<>(
          new Hello(
              in.getCluster(),
              NodeId.parse(in.getNode()),
              in.getGeneration(),
              in.getWireMin(),
              in.getWireMax(),
              in.getFeatures()));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("Hello: " + broken.getMessage());
    }
  }
}
