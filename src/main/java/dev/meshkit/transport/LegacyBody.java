package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.Status;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What stands in the bodies of legacy frames. What cannot be read is a protocol error. */
final class LegacyBody {
  /** The method of a REQ: anti-entropy. */
  static final int SYNC = 0;

  /** The method of a REQ: what is asked of whoever leads. */
  static final int COMMAND = 1;

  private static final int MAX_TEXT = 1_024;
  private static final List<Family> FAMILIES =
      List.of(Family.STREAM, Family.ELECT, Family.DELIVER); // the number is the place

  private LegacyBody() {}

  /**
   * A number before other bytes: a family before its Hello, a method before its request.
   *
   * @param number 0 to 255
   * @param rest what follows
   */
  record Tagged(int number, Bytes rest) {}

  /**
   * What a stream may send more.
   *
   * @param frames not negative
   * @param bytes not negative
   */
  record Credit(int frames, int bytes) {}

  static Bytes tagged(int number, Bytes rest) {
    var bytes = new byte[1 + rest.size()];
    bytes[0] = (byte) number;
    System.arraycopy(rest.toArray(), 0, bytes, 1, rest.size());
    return Bytes.of(bytes);
  }

  static Tagged tagged(Bytes body) throws ProtocolException {
    var bytes = body.toArray();
    if (bytes.length == 0) throw new ProtocolException("a frame without its first byte");
    return new Tagged(bytes[0] & 0xff, Bytes.of(Arrays.copyOfRange(bytes, 1, bytes.length)));
  }

  /** The family of a number. */
  static Family family(int number) throws ProtocolException {
    if (number >= FAMILIES.size()) throw new ProtocolException("family " + number);
    return FAMILIES.get(number);
  }

  /** The Hello of a stream, after its family's number. */
  static Bytes hello(Family family, Bytes hello) {
    return tagged(FAMILIES.indexOf(family), hello);
  }

  static Bytes status(Status status) {
    var said = status.getDescription() == null ? "" : status.getDescription();
    var text = said.substring(0, Math.min(MAX_TEXT, said.length()));
    return tagged(status.getCode().value(), Bytes.utf8(text));
  }

  static Status status(Bytes body) throws ProtocolException {
    var parts = tagged(body);
    var bytes = parts.rest().toArray();
    var text = new String(bytes, 0, Math.min(4 * MAX_TEXT, bytes.length), StandardCharsets.UTF_8);
    return Status.fromCodeValue(parts.number()).withDescription(text);
  }

  static Bytes credit(int frames, int bytes) {
    return Bytes.of(ByteBuffer.allocate(8).putInt(frames).putInt(bytes).array());
  }

  static Credit credit(Bytes body) throws ProtocolException {
    if (body.size() != 8) throw new ProtocolException("a credit of " + body.size() + " bytes");
    var buffer = ByteBuffer.wrap(body.toArray());
    var credit = new Credit(buffer.getInt(), buffer.getInt());
    if (credit.frames() < 0 || credit.bytes() < 0) throw new ProtocolException("negative credit");
    return credit;
  }
}
