package dev.meshkit.control;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.control.proto.BroadcastRequest;
import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Travel;
import java.time.Duration;

/**
 * A message that an operator wants sent, checked.
 *
 * @param message what it says
 * @param options how it travels
 * @param within how long to wait for its receipts, ZERO for not at all
 */
public record Posting(Message message, SendOptions options, Duration within) {
  /** The longest time to live that can be asked for, as in the configuration. */
  public static final Duration MOST_TTL = Duration.ofDays(365);

  private static final int MOST_KEY = 256;
  private static final String SENDING = "sending a message";

  /** What a request for one peer asks for; {@code error.validation} if that makes no sense. */
  static Result<Posting> of(SendRequest ask) {
    var within = Envelope.duration(ask.getWait());
    return message(ask.getMessageKind(), ask.getBody())
        .flatMap(read -> options(ask.getTravel()).map(how -> new Posting(read, how, within)));
  }

  /** The same of a request for many. */
  static Result<Posting> of(BroadcastRequest ask) {
    var region = ask.getRegion();
    if (!region.isEmpty() && !NodeId.isName(region)) return Result.err(badRegion(region));
    var within = Envelope.duration(ask.getWait());
    return message(ask.getMessageKind(), ask.getBody())
        .flatMap(read -> options(ask.getTravel()).map(how -> new Posting(read, how, within)));
  }

  private static Result<Message> message(String kind, ByteString body) {
    if (!Message.isTopic(kind)) return Result.err(badKind(kind));
    return body.size() > Message.MAX_BODY_BYTES
        ? Result.err(tooLarge(body.size()))
        : Result.ok(Message.of(kind, Bytes.of(body.asReadOnlyByteBuffer())));
  }

  private static Result<SendOptions> options(Travel travel) {
    var ttl = Envelope.duration(travel.getTtl());
    if (ttl.isNegative() || ttl.compareTo(MOST_TTL) > 0) return Result.err(badTtl(ttl));
    var key = travel.getCoalesceKey();
    return switch (travel.getTraffic()) {
      case CONTROL -> keyless(SendOptions.CONTROL.withTtl(ttl), key);
      case BULK -> keyless(SendOptions.BULK.withTtl(ttl), key);
      case STATE ->
          key.isEmpty() || key.length() > MOST_KEY
              ? Result.err(badKey(key.length()))
              : Result.ok(SendOptions.state(key).withTtl(ttl));
      case UNRECOGNIZED -> Result.err(noClass(travel.getTrafficValue()));
    };
  }

  private static Result<SendOptions> keyless(SendOptions options, String key) {
    return key.isEmpty() ? Result.ok(options) : Result.err(needless(options.traffic()));
  }

  private static MeshError badKind(String kind) {
    return MeshError.validation(
        SENDING, "'" + kind + "' is no kind", "a kind is 1 to 128 of A-Z a-z 0-9 . _ : / -");
  }

  private static MeshError badRegion(String region) {
    return MeshError.validation(
        SENDING,
        "'" + region + "' can be no region",
        "name one that meshkit members shows, or leave it out for all of them");
  }

  private static MeshError tooLarge(int bytes) {
    return MeshError.validation(
        SENDING,
        "its body is of " + bytes + " B; the limit is " + Message.MAX_BODY_BYTES,
        "split it, or send where it can be fetched");
  }

  private static MeshError badTtl(Duration ttl) {
    return MeshError.validation(
        SENDING,
        "a time to live of " + ttl.toSeconds() + " s is not between 0 and 365 d",
        "write --ttl 10m, or leave it out for the node's own");
  }

  private static MeshError badKey(int length) {
    return MeshError.validation(
        SENDING,
        length == 0
            ? "a message of class state has no key, so nothing tells what it replaces"
            : "its key has " + length + " characters; the limit is " + MOST_KEY,
        "say what it is the newest state of: --key NAME");
  }

  private static MeshError needless(SendOptions.Traffic traffic) {
    return MeshError.validation(
        SENDING,
        "a key says what a message replaces, and one of class "
            + traffic.name().toLowerCase(java.util.Locale.ROOT)
            + " replaces none",
        "leave out --key, or write --class state");
  }

  private static MeshError noClass(int number) {
    return MeshError.validation(
        SENDING,
        "this node knows no class of number " + number,
        "use one of control, state, bulk, or a newer node");
  }
}
