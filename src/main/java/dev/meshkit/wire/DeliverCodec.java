package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Message;
import dev.meshkit.wire.proto.Deliver;
import dev.meshkit.wire.proto.DeliverDown;
import dev.meshkit.wire.proto.DeliverOpen;
import dev.meshkit.wire.proto.DeliverOpened;
import dev.meshkit.wire.proto.DeliverUp;
import dev.meshkit.wire.proto.LaneMark;
import dev.meshkit.wire.proto.Receipt;
import dev.meshkit.wire.proto.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** {@code DeliverUp} and {@code DeliverDown}. Stateless and thread-safe. */
public final class DeliverCodec {
  /** The largest frame: a body of 1 MiB, its headers and what is around them. */
  public static final int MAX_FRAME_BYTES = (1 << 20) + (64 << 10);

  private static final int MAX_HEADERS = 64;
  private static final int MAX_HEADER_CHARS = 16 << 10;
  private static final int MAX_WHY = 512;
  private static final int MAX_LANE_CHARS = 64;
  private static final int TOKEN_BYTES = 16;

  private static final Grammar<DeliverUp> UP =
      new Grammar<>(DeliverUp.getDescriptor(), DeliverUp.parser());
  private static final Grammar<DeliverDown> DOWN =
      new Grammar<>(DeliverDown.getDescriptor(), DeliverDown.parser());

  private DeliverCodec() {}

  /** What the sender says, as bytes. */
  public static Bytes up(Upward said) {
    var frame = DeliverUp.newBuilder();
    switch (said) {
      case Upward.Open(var store, var next, var runs, var former) ->
          frame.setOpen(
              DeliverOpen.newBuilder()
                  .setStore(ByteString.copyFrom(store.asBuffer()))
                  .addAllLanes(marks(next))
                  .setRuns(runs)
                  .addAllFormer(
                      former.stream().map(one -> ByteString.copyFrom(one.asBuffer())).toList()));
      case Upward.Parcel parcel -> frame.setMessage(message(parcel));
      case Upward.Broken broken ->
          throw new IllegalArgumentException("nobody sends what is broken: " + broken);
    }
    return Bytes.of(frame.build().toByteArray());
  }

  /** What the receiver answers, as bytes. */
  public static Bytes down(Downward said) {
    var frame = DeliverDown.newBuilder();
    switch (said) {
      case Downward.Opened(var highest) ->
          frame.setOpened(DeliverOpened.newBuilder().addAllLanes(marks(highest)));
      case Downward.Receipt receipt -> frame.setReceipt(receipt(receipt));
    }
    return Bytes.of(frame.build().toByteArray());
  }

  /** What a sender's bytes say. */
  public static Decoded<Upward> up(Bytes bytes) {
    if (bytes.size() > MAX_FRAME_BYTES) return new Decoded.Malformed<>("too large");
    try {
      return new Decoded.Whole<>(upward(UP.parse(bytes)));
    } catch (BadPeerInput broken) {
      return new Decoded.Malformed<>(broken.why());
    }
  }

  /** What a receiver's bytes say. */
  public static Decoded<Downward> down(Bytes bytes) {
    if (bytes.size() > MAX_FRAME_BYTES) return new Decoded.Malformed<>("too large");
    try {
      return new Decoded.Whole<>(downward(DOWN.parse(bytes)));
    } catch (BadPeerInput broken) {
      return new Decoded.Malformed<>(broken.why());
    }
  }

  private static Deliver message(Upward.Parcel parcel) {
    var body = ByteString.copyFrom(parcel.body().asBuffer());
    return Deliver.newBuilder()
        .setLane(parcel.lane())
        .setN(parcel.n())
        .setHead(parcel.head())
        .setAttempt(parcel.attempt())
        .setKind(parcel.kind())
        .setToken(ByteString.copyFrom(parcel.token().asBuffer()))
        .putAllHeaders(parcel.headers())
        .setCrc32C(crc(body))
        .setBody(body)
        .build();
  }

  private static Receipt receipt(Downward.Receipt receipt) {
    return Receipt.newBuilder()
        .setLane(receipt.lane())
        .setN(receipt.n())
        .setLast(receipt.last() == receipt.n() ? 0 : receipt.last())
        .setVerdict(Verdict.valueOf("VERDICT_" + receipt.verdict().name()))
        .setRetryAfterMs(receipt.retryAfterMs())
        .setCode(receipt.code())
        .setWhy(cut(receipt.why()))
        .build();
  }

  /** At most {@link #MAX_WHY} characters, and no half of one: that could not be sent on. */
  private static String cut(String why) {
    if (why.length() <= MAX_WHY) return why;
    var end = Character.isHighSurrogate(why.charAt(MAX_WHY - 1)) ? MAX_WHY - 1 : MAX_WHY;
    return why.substring(0, end);
  }

  private static Upward upward(DeliverUp frame) throws BadPeerInput {
    return switch (frame.getMCase()) {
      case OPEN -> open(frame.getOpen());
      case MESSAGE -> message(frame.getMessage());
      case M_NOT_SET -> throw new BadPeerInput("empty DeliverUp");
    };
  }

  private static Upward.Open open(DeliverOpen said) throws BadPeerInput {
    var former = new ArrayList<Bytes>();
    for (var one : said.getFormerList()) former.add(store(one));
    return new Upward.Open(
        store(said.getStore()), marks(said.getLanesList()), said.getRuns(), former);
  }

  private static Bytes store(ByteString said) throws BadPeerInput {
    BadPeerInput.unless(said.size() == TOKEN_BYTES, "store");
    return Bytes.of(said.toByteArray());
  }

  /** A message; one that breaks a rule still says which one it is, if that can be read. */
  private static Upward message(Deliver said) throws BadPeerInput {
    BadPeerInput.unless(fits(said.getLane(), MAX_LANE_CHARS), "lane");
    BadPeerInput.unless(said.getN() > 0, "number");
    try {
      return parcel(said);
    } catch (BadPeerInput broken) {
      return new Upward.Broken(said.getLane(), said.getN(), broken.why());
    }
  }

  private static Upward.Parcel parcel(Deliver said) throws BadPeerInput {
    var headers = said.getHeadersMap();
    var chars = 0L;
    for (var one : headers.entrySet()) chars += one.getKey().length() + one.getValue().length();
    BadPeerInput.unless(Message.isTopic(said.getKind()), "kind");
    BadPeerInput.unless(said.getAttempt() > 0, "attempt");
    BadPeerInput.unless(said.getToken().size() == TOKEN_BYTES, "token");
    BadPeerInput.unless(headers.size() <= MAX_HEADERS && chars <= MAX_HEADER_CHARS, "headers");
    BadPeerInput.unless(said.getBody().size() <= 1 << 20, "body");
    BadPeerInput.unless(crc(said.getBody()) == said.getCrc32C(), "crc");
    return new Upward.Parcel(
        said.getLane(),
        said.getN(),
        said.getHead(),
        said.getAttempt(),
        said.getKind(),
        Bytes.of(said.getToken().toByteArray()),
        headers,
        Bytes.of(said.getBody().asReadOnlyByteBuffer()));
  }

  private static Downward downward(DeliverDown frame) throws BadPeerInput {
    return switch (frame.getMCase()) {
      case OPENED -> new Downward.Opened(marks(frame.getOpened().getLanesList()));
      case RECEIPT -> receipt(frame.getReceipt());
      case CREDIT -> throw new BadPeerInput("credit was not agreed on");
      case M_NOT_SET -> throw new BadPeerInput("empty DeliverDown");
    };
  }

  private static Downward.Receipt receipt(Receipt said) throws BadPeerInput {
    BadPeerInput.unless(fits(said.getLane(), MAX_LANE_CHARS) && said.getN() > 0, "receipt");
    BadPeerInput.unless(said.getRetryAfterMs() >= 0, "retry_after_ms");
    BadPeerInput.unless(said.getCode().length() <= 128, "code");
    var last = said.getLast() == 0 ? said.getN() : said.getLast();
    var more = last - said.getN(); // both are positive: it does not overflow
    BadPeerInput.unless(more >= 0 && more < Downward.MOST_OF_A_RUN, "last");
    return new Downward.Receipt(
        said.getLane(),
        said.getN(),
        last,
        verdict(said.getVerdict()),
        said.getRetryAfterMs(),
        said.getCode(),
        cut(said.getWhy()));
  }

  private static Downward.Verdict verdict(Verdict said) throws BadPeerInput {
    return switch (said) {
      case VERDICT_APPLIED -> Downward.Verdict.APPLIED;
      case VERDICT_DUPLICATE -> Downward.Verdict.DUPLICATE;
      case VERDICT_RETRY -> Downward.Verdict.RETRY;
      case VERDICT_BUSY -> Downward.Verdict.BUSY;
      case VERDICT_REFUSED -> Downward.Verdict.REFUSED;
      case VERDICT_HELD -> Downward.Verdict.HELD;
      case VERDICT_FORGOTTEN -> Downward.Verdict.FORGOTTEN;
      case VERDICT_NONE, UNRECOGNIZED -> throw new BadPeerInput("verdict");
    };
  }

  private static List<LaneMark> marks(Map<String, Long> lanes) {
    return lanes.entrySet().stream()
        .map(mark -> LaneMark.newBuilder().setLane(mark.getKey()).setN(mark.getValue()).build())
        .toList();
  }

  private static Map<String, Long> marks(List<LaneMark> said) throws BadPeerInput {
    var marks = new HashMap<String, Long>();
    for (var mark : said) {
      BadPeerInput.unless(fits(mark.getLane(), MAX_LANE_CHARS) && mark.getN() >= 0, "lane mark");
      marks.put(mark.getLane(), mark.getN());
    }
    return marks;
  }

  private static boolean fits(String text, int most) {
    return !text.isEmpty() && text.length() <= most;
  }

  private static int crc(ByteString body) {
    var crc = new CRC32C();
    body.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }
}
