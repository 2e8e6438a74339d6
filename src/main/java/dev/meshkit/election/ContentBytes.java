package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import java.util.Arrays;
import java.util.List;

/**
 * The canonical bytes of a record's content: the protobuf encoding of {@code ScopeRecord} without
 * its id, fields in order, defaults left out. Written by hand, because a core knows no wire format
 * and the hash must not depend on a library's mood; a test holds it to the generated encoder.
 */
final class ContentBytes {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;

  private byte[] bytes = new byte[256];
  private int size;

  private ContentBytes() {}

  static Bytes of(int generation, Bytes genesis, long maxPromiseMs, int rhoPpm, List<Seat> voters) {
    var out = new ContentBytes();
    out.number(2, generation);
    out.text(3, genesis);
    out.number(4, maxPromiseMs);
    out.number(5, rhoPpm);
    for (var voter : voters) {
      var one = new ContentBytes();
      one.text(1, Bytes.utf8(voter.node().toString()));
      one.text(2, voter.store());
      one.number(3, voter.rank());
      out.text(6, one.done());
    }
    return out.done();
  }

  private void number(int field, long value) {
    if (value == 0) return;
    varint((field << 3) | VARINT);
    varint(value);
  }

  private void text(int field, Bytes value) {
    if (value.isEmpty()) return;
    varint((field << 3) | LENGTH);
    varint(value.size());
    for (var i = 0; i < value.size(); i++) put(value.at(i));
  }

  private void varint(long value) {
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    put((byte) rest);
  }

  private void put(byte one) {
    if (size == bytes.length) bytes = Arrays.copyOf(bytes, size * 2);
    bytes[size++] = one;
  }

  private Bytes done() {
    return Bytes.of(Arrays.copyOf(bytes, size));
  }
}
