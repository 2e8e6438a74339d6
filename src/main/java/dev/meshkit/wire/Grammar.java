package dev.meshkit.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often the parts of a message may come, counted on its bytes before anything is built: an
 * empty part takes two bytes on the wire and a hundred as an object.
 *
 * <p>A field that does not repeat comes at most once, though protobuf would merge more; one that
 * repeats as often as {@link #MOST} says. Fields of later versions are skipped and not kept; groups
 * are refused. Immutable and thread-safe.
 *
 * @param <M> the message
 */
final class Grammar<M extends Message> {
  /** How often repeated fields may come, and what they are called. */
  private static final Map<String, Part> MOST =
      Map.ofEntries(
          Map.entry("StreamFrame.member", new Part(512, "members")),
          Map.entry("StreamFrame.delta", new Part(64, "deltas")),
          Map.entry("StreamFrame.head", new Part(64, "heads")),
          Map.entry("StreamFrame.claim", new Part(1_000, "claims")),
          Map.entry("SyncRequest.member", new Part(10_001, "members")),
          Map.entry("SyncRequest.claim", new Part(1_000, "claims")),
          Map.entry("SyncRequest.head", new Part(257, "heads")),
          Map.entry("SyncResponse.head", new Part(257, "heads")),
          Map.entry("SyncResponse.member", new Part(10_001, "members")),
          Map.entry("SyncResponse.claim", new Part(1_000, "claims")),
          Map.entry("NodeDelta.kv", new Part(64, "values")),
          Map.entry("Entry.accuser", new Part(8, "accusers")),
          Map.entry("Attrs.role", new Part(16, "roles")),
          Map.entry("Attrs.labels", new Part(16, "labels")),
          Map.entry("ScopeRecord.voters", new Part(9, "voters")),
          Map.entry("ScopeRecord.gates", new Part(256, "gates")),
          Map.entry("ScopeRecord.revocations", new Part(512, "revocations")),
          Map.entry("ScopeRecord.regions", new Part(256, "regions")),
          Map.entry("ScopeRecord.audit", new Part(16, "audited changes")),
          Map.entry("ScopeRecord.applied", new Part(64, "commands")),
          Map.entry("GateReport.uses", new Part(64, "versions in use")),
          Map.entry("DeliverOpen.lanes", new Part(16, "lanes")),
          Map.entry("DeliverOpen.former", new Part(4, "former stores")),
          Map.entry("DeliverOpened.lanes", new Part(16, "lanes")),
          // more than the 64 allowed, so that a message with too many can be refused by its number
          Map.entry("Deliver.headers", new Part(256, "headers")));

  /**
   * What a part may have in bytes, unknown fields included; elsewhere the whole is limit enough.
   */
  private static final Map<String, Integer> MOST_BYTES =
      Map.of("Entry", 2 << 10, "ScopeRecord", ElectCodec.MAX_RECORD_BYTES);

  private final Parser<M> parser;
  private final Rule root;

  private record Part(int most, String name) {}

  /** What one message type allows, by field number. */
  private record Rule(Map<Integer, Field> fields, int last, String name, int mostBytes) {
    static Rule of(Descriptor type) {
      var last = type.getFields().stream().mapToInt(FieldDescriptor::getNumber).max().orElse(0);
      var fields = new HashMap<Integer, Field>();
      for (var field : type.getFields()) fields.put(field.getNumber(), Field.of(field));
      var mostBytes = MOST_BYTES.getOrDefault(type.getName(), Integer.MAX_VALUE);
      return new Rule(Map.copyOf(fields), last, type.getName(), mostBytes);
    }

    @Nullable Field field(int number) {
      return fields.get(number);
    }
  }

  private record Field(int number, Part part, @Nullable Rule inside) {
    static Field of(FieldDescriptor field) {
      var name = field.getContainingType().getName() + "." + field.getName();
      var part = field.isRepeated() ? MOST.get(name) : new Part(1, name);
      if (part == null) throw new IllegalStateException("no limit for " + name);
      var isMessage = field.getType() == FieldDescriptor.Type.MESSAGE;
      return new Field(field.getNumber(), part, isMessage ? Rule.of(field.getMessageType()) : null);
    }
  }

  /** The grammar of messages of this type, which must not contain themselves. */
  Grammar(Descriptor type, Parser<M> parser) {
    this.root = Rule.of(type);
    this.parser = DiscardUnknownFieldsParser.wrap(parser);
  }

  /** The message that bytes say, if they are one and no part comes too often. */
  M parse(Bytes bytes) throws BadPeerInput {
    var array = bytes.toArray();
    try {
      count(CodedInputStream.newInstance(array), root);
      return parser.parseFrom(array);
    } catch (InvalidProtocolBufferException broken) {
      throw new BadPeerInput("not protobuf");
    } catch (IOException impossible) {
      throw new IllegalStateException("an array cannot fail to be read", impossible);
    }
  }

  private static void count(CodedInputStream in, Rule rule) throws IOException, BadPeerInput {
    var counts = new int[rule.last() + 1];
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      var type = WireFormat.getTagWireType(tag);
      BadPeerInput.unless(
          type != WireFormat.WIRETYPE_START_GROUP && type != WireFormat.WIRETYPE_END_GROUP,
          "a group");
      var field = rule.field(WireFormat.getTagFieldNumber(tag));
      if (field != null && ++counts[field.number()] > field.part().most())
        throw new BadPeerInput("more than " + field.part().most() + " " + field.part().name());
      if (field == null || field.inside() == null || type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
        continue;
      }
      var bytes = in.readRawVarint32();
      BadPeerInput.unless(
          bytes <= field.inside().mostBytes(), field.inside().name() + " of " + bytes + " bytes");
      var outside = in.pushLimit(bytes);
      count(in, field.inside());
      in.popLimit(outside);
    }
  }
}
