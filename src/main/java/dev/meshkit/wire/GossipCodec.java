package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Table;
import dev.meshkit.wire.proto.StreamFrame;
import dev.meshkit.wire.proto.SyncRequest;
import dev.meshkit.wire.proto.SyncResponse;

/**
 * {@code StreamFrame}, {@code SyncRequest} and {@code SyncResponse}. Stateless and thread-safe.
 *
 * <p>Size first, then counts, then content: nothing is built from bytes that break a limit.
 */
public final class GossipCodec {
  /** The largest frame, bytes. */
  public static final int MAX_FRAME_BYTES = 16 << 10;

  /** The largest sync message, bytes. */
  public static final int MAX_SYNC_BYTES = 1 << 20;

  private static final Grammar<StreamFrame> FRAME =
      new Grammar<>(StreamFrame.getDescriptor(), StreamFrame.parser());
  private static final Grammar<SyncRequest> REQUEST =
      new Grammar<>(SyncRequest.getDescriptor(), SyncRequest.parser());
  private static final Grammar<SyncResponse> RESPONSE =
      new Grammar<>(SyncResponse.getDescriptor(), SyncResponse.parser());

  private GossipCodec() {}

  /** A frame's bytes. */
  public static Bytes frame(Frame frame) {
    var out = StreamFrame.newBuilder();
    out.setGen(frame.life().generation()).setInc(frame.life().incarnation());
    FrameBody.write(out, frame.body());
    for (var told : frame.members()) out.addMember(Entries.write(told));
    for (var claim : frame.claims()) out.addClaim(Entries.write(claim));
    for (var head : frame.heads()) out.addHead(Entries.write(head));
    return Bytes.of(out.build().toByteArray());
  }

  /** The frame that bytes say. */
  public static Decoded<Frame> frame(Bytes bytes) {
    if (bytes.size() > MAX_FRAME_BYTES) return tooLarge("frame", bytes, MAX_FRAME_BYTES);
    return decoded(
        () -> {
          var in = FRAME.parse(bytes);
          var members = Entries.members(in.getMemberList());
          var claims = Entries.claims(in.getClaimList());
          var heads = Entries.heads(in.getHeadList());
          var life = new Life(in.getGen(), in.getInc());
          return new Frame(life, FrameBody.read(in), members, claims, heads);
        });
  }

  /** The bytes of a {@code SyncRequest}. */
  public static Bytes request(Table table) {
    var out = SyncRequest.newBuilder();
    out.setGen(table.life().generation()).setInc(table.life().incarnation());
    for (var told : table.members()) out.addMember(Entries.write(told));
    for (var claim : table.claims()) out.addClaim(Entries.write(claim));
    for (var head : table.heads()) out.addHead(Entries.write(head));
    return Bytes.of(out.build().toByteArray());
  }

  /** The table that a {@code SyncRequest} carries. */
  public static Decoded<Table> request(Bytes bytes) {
    if (bytes.size() > MAX_SYNC_BYTES) return tooLarge("sync request", bytes, MAX_SYNC_BYTES);
    return decoded(
        () -> {
          var in = REQUEST.parse(bytes);
          var members = Entries.members(in.getMemberList());
          var claims = Entries.claims(in.getClaimList());
          var heads = Entries.heads(in.getHeadList());
          return new Table(new Life(in.getGen(), in.getInc()), members, claims, heads);
        });
  }

  /** The bytes of a {@code SyncResponse}. */
  public static Bytes response(Table table) {
    var out = SyncResponse.newBuilder();
    out.setGen(table.life().generation()).setInc(table.life().incarnation());
    for (var told : table.members()) out.addMember(Entries.write(told));
    for (var claim : table.claims()) out.addClaim(Entries.write(claim));
    for (var head : table.heads()) out.addHead(Entries.write(head));
    return Bytes.of(out.build().toByteArray());
  }

  /** The table that a {@code SyncResponse} carries. */
  public static Decoded<Table> response(Bytes bytes) {
    if (bytes.size() > MAX_SYNC_BYTES) return tooLarge("sync response", bytes, MAX_SYNC_BYTES);
    return decoded(
        () -> {
          var in = RESPONSE.parse(bytes);
          var members = Entries.members(in.getMemberList());
          var claims = Entries.claims(in.getClaimList());
          var heads = Entries.heads(in.getHeadList());
          return new Table(new Life(in.getGen(), in.getInc()), members, claims, heads);
        });
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws BadPeerInput;
  }

  /** Whatever the bytes say, the caller gets a value. */
  private static <T> Decoded<T> decoded(Reading<T> reading) {
    try {
      return new Decoded.Whole<>(reading.read());
    } catch (BadPeerInput bad) {
      return new Decoded.Malformed<>(bad.why());
    }
  }

  private static <T> Decoded<T> tooLarge(String what, Bytes bytes, int limit) {
    return new Decoded.Malformed<>(what + " of " + bytes.size() + " bytes, the limit is " + limit);
  }
}
