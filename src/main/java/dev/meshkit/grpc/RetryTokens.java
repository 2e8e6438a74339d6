package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes clients prove their address, where the {@link HandshakeGate} wants it: the Initial is
 * answered with a Retry (RFC 9000 §8.1.2), whose token comes back within 60 s or counts for
 * nothing. Confined to the event loop of the socket.
 *
 * <pre>
 *   second, u32 | HMAC-SHA256(key, address | port | second | id), 32 | original destination id, 0–20
 * </pre>
 *
 * <p>The key is replaced hourly; the one before stays good for what it signed.
 */
final class RetryTokens implements QuicTokenHandler {
  private static final String HMAC = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final int HEAD_BYTES = Integer.BYTES + MAC_BYTES;
  private static final long VALID_SECONDS = 60;
  private static final long KEY_SECONDS = Duration.ofHours(1).toSeconds();

  private final BooleanSupplier asking;
  private final InstantSource monotonic;
  private final SecureRandom chance;
  private SecretKeySpec key;
  private SecretKeySpec before;
  private long keyMade;

  RetryTokens(BooleanSupplier asking, InstantSource monotonic, SecureRandom chance) {
    this.asking = asking;
    this.monotonic = monotonic;
    this.chance = chance;
    this.key = newKey();
    this.before = key;
    this.keyMade = now();
  }

  private SecretKeySpec newKey() {
    var bytes = new byte[MAC_BYTES];
    chance.nextBytes(bytes);
    return new SecretKeySpec(bytes, HMAC);
  }

  private long now() {
    return monotonic.instant().getEpochSecond();
  }

  private void rotate() {
    if (now() - keyMade < KEY_SECONDS) return;
    before = key;
    key = newKey();
    keyMade = now();
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf dcid, InetSocketAddress address) {
    if (!asking.getAsBoolean()) return false;
    rotate();
    var second = (int) now();
    var id = new byte[dcid.readableBytes()];
    dcid.getBytes(dcid.readerIndex(), id);
    out.writeInt(second).writeBytes(mac(key, address, second, id)).writeBytes(id);
    return true;
  }

  @Override
  public TokenValidationResult validateToken(
      ByteBuf token, InetSocketAddress address, ByteBuf dcid) {
    if (dcid.readableBytes() != Quic.MAX_CONN_ID_LEN) return TokenValidationResult.invalidToken();
    var at = validateToken(token, address);
    return at < 0 ? TokenValidationResult.invalidToken() : TokenValidationResult.odcidFromToken(at);
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    if (token.readableBytes() < HEAD_BYTES || token.readableBytes() > maxTokenLength()) return -1;
    var second = token.readInt();
    var age = now() - Integer.toUnsignedLong(second);
    if (age < 0 || age > VALID_SECONDS) return -1;
    var mac = new byte[MAC_BYTES];
    token.readBytes(mac);
    var id = new byte[token.readableBytes()];
    token.readBytes(id);
    var good =
        MessageDigest.isEqual(mac, mac(key, address, second, id))
            || MessageDigest.isEqual(mac, mac(before, address, second, id));
    return good ? HEAD_BYTES : -1;
  }

  private static byte[] mac(SecretKeySpec key, InetSocketAddress address, int second, byte[] id) {
    try {
      var mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(address.getAddress().getAddress());
      mac.update((byte) (address.getPort() >> 8));
      mac.update((byte) address.getPort());
      for (var shift = 24; shift >= 0; shift -= 8) mac.update((byte) (second >> shift));
      return mac.doFinal(id);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(HMAC, impossible);
    }
  }

  @Override
  public int maxTokenLength() {
    return HEAD_BYTES + Quic.MAX_CONN_ID_LEN;
  }
}
