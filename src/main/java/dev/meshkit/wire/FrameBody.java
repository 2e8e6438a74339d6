package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Frame.Body;
import dev.meshkit.gossip.Frame.Greet.Purpose;
import dev.meshkit.gossip.Refusal;
import dev.meshkit.gossip.Sums;
import dev.meshkit.gossip.Told;
import dev.meshkit.wire.proto.Ack;
import dev.meshkit.wire.proto.Empty;
import dev.meshkit.wire.proto.Greet;
import dev.meshkit.wire.proto.Leaving;
import dev.meshkit.wire.proto.Nack;
import dev.meshkit.wire.proto.Ping;
import dev.meshkit.wire.proto.PingReq;
import dev.meshkit.wire.proto.Reject;
import dev.meshkit.wire.proto.StreamFrame;
import java.time.Duration;

/** What a frame is for: the {@code oneof} of {@code StreamFrame}. */
final class FrameBody {
  private static final int MAX_FIX_CHARS = 512;
  private static final int MAX_STORE_BYTES = 32;
  private static final int MAX_HEALTH = 7;
  private static final int MAX_TIMEOUT_MS = 600_000;

  private FrameBody() {}

  static void write(StreamFrame.Builder out, Body body) {
    switch (body) {
      case Frame.Greet(var nonce, var store, var at, var purpose) ->
          out.setGreet(
              Greet.newBuilder()
                  .setNonce(nonce)
                  .setStore(ByteString.copyFrom(store.asBuffer()))
                  .setEndpoint(Entries.text(at))
                  .setJoining(purpose == Purpose.JOIN)
                  .setWelcome(purpose == Purpose.WELCOME));
      case Frame.Reject(var why, var fix) ->
          out.setReject(Reject.newBuilder().setWhy(code(why)).setFix(fix));
      case Frame.Ping(var seq, var accusation) -> {
        var ping = Ping.newBuilder().setSeq(seq);
        if (!accusation.id().isNobody()) ping.setAccusation(Entries.write(accusation));
        out.setPing(ping);
      }
      case Frame.Ack(var seq, var roots, var health) ->
          out.setAck(
              Ack.newBuilder()
                  .setSeq(seq)
                  .setMembers(roots.members())
                  .setKv(roots.kv())
                  .setHeads(roots.heads())
                  .setLhm(health));
      case Frame.PingReq(var seq, var target, var at, var timeout) ->
          out.setPingReq(
              PingReq.newBuilder()
                  .setSeq(seq)
                  .setTarget(target.toString())
                  .setEndpoint(Entries.text(at))
                  .setTimeoutMs(Math.clamp(timeout.toMillis(), 1, MAX_TIMEOUT_MS)));
      case Frame.FwdAck(var seq) -> out.setFwdAck(Ack.newBuilder().setSeq(seq));
      case Frame.Nack(var seq, var refused) ->
          out.setNack(Nack.newBuilder().setSeq(seq).setRefused(refused));
      case Frame.News() -> out.setGossip(Empty.getDefaultInstance());
      case Frame.Accused(var told) -> out.setAccused(Entries.write(told));
      case Frame.Leaving() -> out.setLeaving(Leaving.getDefaultInstance());
    }
  }

  static Body read(StreamFrame in) throws BadPeerInput {
    return switch (in.getMCase()) {
      case GREET -> greet(in.getGreet());
      case REJECT -> reject(in.getReject());
      case PING -> ping(in.getPing());
      case ACK -> ack(in.getAck());
      case PING_REQ -> pingReq(in.getPingReq());
      case FWD_ACK -> new Frame.FwdAck(in.getFwdAck().getSeq());
      case NACK -> new Frame.Nack(in.getNack().getSeq(), in.getNack().getRefused());
      case GOSSIP, M_NOT_SET -> new Frame.News(); // a body of a later version: its news still count
      case ACCUSED -> new Frame.Accused(Entries.told(in.getAccused()));
      case LEAVING -> new Frame.Leaving();
    };
  }

  private static Body greet(Greet in) throws BadPeerInput {
    BadPeerInput.unless(!in.getJoining() || !in.getWelcome(), "a greeting that asks and answers");
    var purpose = in.getWelcome() ? Purpose.WELCOME : Purpose.HELLO;
    var store = Entries.bytes(in.getStore(), MAX_STORE_BYTES);
    var at = Entries.endpoint(in.getEndpoint());
    return new Frame.Greet(in.getNonce(), store, at, in.getJoining() ? Purpose.JOIN : purpose);
  }

  private static Body reject(Reject in) throws BadPeerInput {
    BadPeerInput.unless(in.getFix().length() <= MAX_FIX_CHARS, "a fix over 512");
    for (var why : Refusal.values())
      if (code(why) == in.getWhy()) return new Frame.Reject(why, in.getFix());
    throw new BadPeerInput("an unknown refusal");
  }

  private static Body ping(Ping in) throws BadPeerInput {
    var accusation = in.hasAccusation() ? Entries.told(in.getAccusation()) : Told.NOTHING;
    return new Frame.Ping(in.getSeq(), accusation);
  }

  private static Body ack(Ack in) throws BadPeerInput {
    BadPeerInput.unless(in.getLhm() >= 0 && in.getLhm() <= MAX_HEALTH, "a health over 7");
    var roots = new Sums(in.getMembers(), in.getKv(), in.getHeads());
    return new Frame.Ack(in.getSeq(), roots, in.getLhm());
  }

  private static Body pingReq(PingReq in) throws BadPeerInput {
    var ms = in.getTimeoutMs();
    BadPeerInput.unless(ms > 0 && ms <= MAX_TIMEOUT_MS, "a timeout over 10 minutes");
    var at = Entries.endpoint(in.getEndpoint());
    return new Frame.PingReq(in.getSeq(), Entries.node(in.getTarget()), at, Duration.ofMillis(ms));
  }

  private static int code(Refusal why) {
    return switch (why) {
      case UNREACHABLE -> 1;
      case REVOKED -> 2;
      case FUTURE -> 3;
    };
  }
}
