package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.Frame;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Table;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.ElectCodec;
import dev.meshkit.wire.GossipCodec;
import dev.meshkit.wire.RecordCodec;
import java.util.Optional;

/** A frame turned into bytes and back by the real codec: a field lost there is lost here (V7). */
final class WireTrip {
  private WireTrip() {}

  /** What the receiver would see of an election's frame. */
  static Frame of(Frame frame) {
    return whole(ElectCodec.frame(ElectCodec.frame(frame)), frame);
  }

  /** What the receiver would see of a gossip frame. */
  static dev.meshkit.gossip.Frame of(dev.meshkit.gossip.Frame frame) {
    return whole(GossipCodec.frame(GossipCodec.frame(frame)), frame);
  }

  /** What the callee of a sync would see. */
  static Table asked(Table table) {
    return whole(GossipCodec.request(GossipCodec.request(table)), table);
  }

  /** What the caller of a sync would see. */
  static Table answered(Table table) {
    return whole(GossipCodec.response(GossipCodec.response(table)), table);
  }

  /** What the caller of a sync for one record would see. */
  static Optional<ScopeRecord> record(Bytes answer) {
    return whole(RecordCodec.response(answer), Optional.empty());
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
