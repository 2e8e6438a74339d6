package dev.meshkit.sim;

import dev.meshkit.election.Frame;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;

/** A frame turned into bytes and back by the real codec: a field lost there is lost here (V7). */
final class WireTrip {
  private WireTrip() {}

  /** What the receiver would see of an election's frame. */
  static Frame of(Frame frame) {
    return whole(ElectCodec.frame(ElectCodec.frame(frame)), frame);
  }

  private static <T> T whole(Decoded<T> decoded, T sent) {
    return switch (decoded) {
      case Decoded.Whole<T>(var value) -> value;
      case Decoded.Malformed<T>(var why) ->
          throw new IllegalStateException(
              "the codec cannot read what it wrote, " + why + ": " + sent);
    };
  }
}
