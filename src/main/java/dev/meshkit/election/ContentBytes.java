package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import java.util.Arrays;

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

  static Bytes of(Content content) {
    var out = new ContentBytes();
    out.number(2, content.generation());
    out.text(3, content.genesis());
    out.number(4, content.maxPromise().toMillis());
    out.number(5, content.rhoPpm());
    for (var voter : content.voters()) out.element(6, bytes(voter));
    for (var gate : content.gates()) out.element(7, bytes(gate));
    for (var revocation : content.revocations()) out.element(8, bytes(revocation));
    for (var region : content.regions()) out.element(9, bytes(region));
    for (var audit : content.audit()) out.element(10, bytes(audit));
    for (var id : content.applied()) out.element(11, id);
    return out.done();
  }

  private static Bytes bytes(Seat voter) {
    var one = new ContentBytes();
    one.text(1, Bytes.utf8(voter.node().toString()));
    one.text(2, voter.store());
    one.number(3, voter.rank());
    return one.done();
  }

  private static Bytes bytes(Region region) {
    var one = new ContentBytes();
    one.text(1, Bytes.utf8(region.name()));
    one.number(2, region.generation());
    one.element(3, bytes(region.founder()));
    return one.done();
  }

  private static Bytes bytes(Gate gate) {
    var one = new ContentBytes();
    one.text(1, Bytes.utf8(gate.change()));
    one.number(2, gate.version());
    one.number(3, gate.min());
    one.number(4, gate.max());
    one.text(5, gate.rollout());
    one.number(6, gate.epoch());
    return one.done();
  }

  private static Bytes bytes(Revocation revocation) {
    var one = new ContentBytes();
    one.text(1, revocation.key());
    one.text(2, Bytes.utf8(revocation.node().toString()));
    one.number(3, revocation.notAfter().toEpochMilli());
    return one.done();
  }

  private static Bytes bytes(Audit audit) {
    var one = new ContentBytes();
    one.text(1, audit.command());
    one.text(2, Bytes.utf8(audit.author().actor()));
    one.text(3, Bytes.utf8(audit.author().reason()));
    one.number(4, audit.author().wall().toEpochMilli());
    return one.done();
  }

  private void number(int field, long value) {
    if (value == 0) return;
    varint((field << 3) | VARINT);
    varint(value);
  }

  private void text(int field, Bytes value) {
    if (!value.isEmpty()) element(field, value);
  }

  private void element(int field, Bytes value) {
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
