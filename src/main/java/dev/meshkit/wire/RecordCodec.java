package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Head;
import dev.meshkit.wire.proto.SyncRequest;
import dev.meshkit.wire.proto.SyncResponse;
import java.util.Optional;

/**
 * The form of {@code Mesh.Sync} that asks for one committed record, and what gossip says of one.
 * Stateless and thread-safe.
 */
public final class RecordCodec {
  /** The largest request, bytes: it names a scope. */
  public static final int MAX_REQUEST_BYTES = 256;

  private static final Grammar<SyncRequest> REQUEST =
      new Grammar<>(SyncRequest.getDescriptor(), SyncRequest.parser());
  private static final Grammar<SyncResponse> RESPONSE =
      new Grammar<>(SyncResponse.getDescriptor(), SyncResponse.parser());

  private RecordCodec() {}

  /** What gossip says of a committed record. */
  public static Head head(Scope scope, ScopeRecord record) {
    var id = record.id();
    var content = record.content();
    return new Head(scope, content.generation(), id.term(), id.version(), content.hash());
  }

  /** Asks for the callee's committed record of a scope. */
  public static Bytes request(Scope scope) {
    return Bytes.of(SyncRequest.newBuilder().setWanted(scope.text()).build().toByteArray());
  }

  /**
   * The scope whose record is asked for; none in a sync of tables, malformed or not: that is {@link
   * GossipCodec}'s to say.
   */
  public static Optional<Scope> wanted(Bytes request) {
    if (request.size() > MAX_REQUEST_BYTES) return Optional.empty();
    try {
      var in = REQUEST.parse(request);
      return in.getWanted().isEmpty()
          ? Optional.empty()
          : Optional.of(Entries.scope(in.getWanted()));
    } catch (BadPeerInput _) {
      return Optional.empty();
    }
  }

  /** Answers with a record, or with none. */
  public static Bytes response(Optional<ScopeRecord> record) {
    var out = SyncResponse.newBuilder();
    record.ifPresent(known -> out.setRecord(ElectWriter.record(known)));
    return Bytes.of(out.build().toByteArray());
  }

  /** The record of an answer, if the callee had one. */
  public static Decoded<Optional<ScopeRecord>> response(Bytes bytes) {
    if (bytes.size() > ElectCodec.MAX_FRAME_BYTES)
      return new Decoded.Malformed<>("a record's answer of " + bytes.size() + " B");
    try {
      var in = RESPONSE.parse(bytes);
      if (!in.hasRecord()) return new Decoded.Whole<>(Optional.empty());
      return new Decoded.Whole<>(Optional.of(ElectReader.record(in.getRecord())));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("a record's answer: " + broken.getMessage());
    }
  }
}
