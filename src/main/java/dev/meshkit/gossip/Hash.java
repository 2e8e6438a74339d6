package dev.meshkit.gossip;

import dev.meshkit.api.Bytes;

/**
 * {@code H(b) = fmix64(fnv1a64(b))}: places nodes on rings and sums tables up. Not for security.
 *
 * <p>Built up byte by byte, so that hashing allocates nothing.
 *
 * @param fnv the FNV-1a state
 */
record Hash(long fnv) {
  /** Of no bytes yet. */
  static final Hash START = new Hash(0xcbf29ce484222325L);

  private static final long PRIME = 0x100000001b3L;

  /** Of a text's UTF-8 form. */
  static long of(String text) {
    return START.text(text).value();
  }

  /** One more byte. */
  Hash one(int octet) {
    return new Hash((fnv ^ (octet & 0xff)) * PRIME);
  }

  /** A text's UTF-8 form. */
  Hash text(String text) {
    var bytes = Bytes.utf8(text);
    var hash = fnv;
    for (var i = 0; i < bytes.size(); i++) hash = (hash ^ (bytes.at(i) & 0xff)) * PRIME;
    return new Hash(hash);
  }

  /** Eight bytes, big-endian. */
  Hash u64(long value) {
    var hash = fnv;
    for (var shift = 56; shift >= 0; shift -= 8) hash = (hash ^ (value >>> shift & 0xff)) * PRIME;
    return new Hash(hash);
  }

  /** Four bytes, big-endian. */
  Hash u32(int value) {
    var hash = fnv;
    for (var shift = 24; shift >= 0; shift -= 8) hash = (hash ^ (value >>> shift & 0xff)) * PRIME;
    return new Hash(hash);
  }

  /** The hash: murmur3's finisher spreads what FNV leaves in the low bits. */
  long value() {
    var x = fnv;
    x ^= x >>> 33;
    x *= 0xff51afd7ed558ccdL;
    x ^= x >>> 33;
    x *= 0xc4ceb9fe1a85ec53L;
    return x ^ x >>> 33;
  }
}
