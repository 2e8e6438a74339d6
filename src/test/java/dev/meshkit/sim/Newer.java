package dev.meshkit.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import dev.meshkit.api.Bytes;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Table;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.GossipCodec;
import dev.meshkit.wire.proto.StreamFrame;
import dev.meshkit.wire.proto.SyncRequest;
import dev.meshkit.wire.proto.SyncResponse;
import java.util.Collections;
import java.util.Optional;

/**
 * A node of a later version than this one: it says so in its attributes, and every message that it
 * writes, down to those within others, has fields more.
 */
final class Newer {
  private static final int LATEST = 2;
  private static final long FEATURE = 1L << 40;

  /** A number that no message of this version has. */
  private static final int FIELD = 1_000;

  private Newer() {}

  /** What it says of itself, besides what {@code attrs} do. */
  static Attrs described(Attrs attrs) {
    return attrs
        .in("zone-b", Bytes.utf8("store"))
        .labelled(attrs.roles(), Collections.singletonMap("tier", "newer"))
        .speaking(1, LATEST, FEATURE);
  }

  /** Whether attributes are those of one. */
  static boolean is(Attrs attrs) {
    return attrs.protoMax() == LATEST;
  }

  /** What a receiver of this version sees of a frame that one writes; nothing if it cannot. */
  static Optional<Frame> of(Frame frame) {
    return whole(GossipCodec.frame(more(StreamFrame.parser(), GossipCodec.frame(frame))));
  }

  /** What the callee of its sync would see. */
  static Optional<Table> asked(Table table) {
    return whole(GossipCodec.request(more(SyncRequest.parser(), GossipCodec.request(table))));
  }

  /** What the caller of a sync that it answers would see. */
  static Optional<Table> answered(Table table) {
    return whole(GossipCodec.response(more(SyncResponse.parser(), GossipCodec.response(table))));
  }

  private static <T> Optional<T> whole(Decoded<T> decoded) {
    return switch (decoded) {
      case Decoded.Whole<T>(var read) -> Optional.of(read);
      case Decoded.Malformed<T> _ -> Optional.empty();
    };
  }

  private static Bytes more(Parser<? extends Message> parser, Bytes bytes) {
    try {
      return Bytes.of(more(parser.parseFrom(bytes.toArray())).toByteArray());
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("the codec cannot read what it wrote", broken);
    }
  }

  private static Message more(Message message) {
    var out = message.toBuilder();
    for (var field : message.getAllFields().entrySet()) {
      var one = field.getKey();
      if (one.isMapField() || one.getJavaType() != FieldDescriptor.JavaType.MESSAGE) continue;
      if (!one.isRepeated()) out.setField(one, more((Message) field.getValue()));
      for (var at = 0; one.isRepeated() && at < message.getRepeatedFieldCount(one); at++)
        out.setRepeatedField(one, at, more((Message) message.getRepeatedField(one, at)));
    }
    return out.setUnknownFields(unknown()).build();
  }

  /** Of each kind that a field may be of. */
  private static UnknownFieldSet unknown() {
    var field = UnknownFieldSet.Field.newBuilder().addVarint(5).addFixed64(7);
    field.addLengthDelimited(ByteString.copyFromUtf8("more"));
    return UnknownFieldSet.newBuilder().addField(FIELD, field.build()).build();
  }
}
