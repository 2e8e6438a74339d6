package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Entries, attributes, claims and heads: what frames and syncs are made of. */
final class Entries {
  /** An entry: 1 KiB of attributes, and its accusers' names. */
  static final int MAX_ENTRY_BYTES = 2 << 10;

  private static final int MAX_LABEL_CHARS = 64;
  private static final int MAX_ZONE_CHARS = 64;
  private static final int MAX_STORE_BYTES = 32;
  private static final long MAX_AGE_MS = Duration.ofDays(366).toMillis();

  private Entries() {}

  static dev.meshkit.wire.proto.Entry write(Told told) {
    var key = told.entry().key();
    var out = dev.meshkit.wire.proto.Entry.newBuilder();
    out.setId(told.id().toString()).setGen(key.generation()).setInc(key.incarnation());
    out.setRank(key.rank().code()).setAgeMs(told.age().toMillis());
    for (var accuser : told.entry().accusers()) out.addAccuser(accuser.toString());
    if (told.entry().attrs().isKnown()) out.setAttrs(write(told.entry().attrs()));
    return out.build();
  }

  static dev.meshkit.wire.proto.Claim write(Claim claim) {
    return dev.meshkit.wire.proto.Claim.newBuilder()
        .setScope(claim.scope().text())
        .setGen(claim.generation())
        .setTerm(claim.term())
        .setLeader(claim.leader().toString())
        .build();
  }

  static dev.meshkit.wire.proto.Head write(Head head) {
    return dev.meshkit.wire.proto.Head.newBuilder()
        .setScope(head.scope().text())
        .setGen(head.generation())
        .setTerm(head.term())
        .setVersion(head.version())
        .setHash(ByteString.copyFrom(head.hash().asBuffer()))
        .build();
  }

  static List<Head> heads(List<dev.meshkit.wire.proto.Head> in) throws BadPeerInput {
    var out = new ArrayList<Head>(in.size());
    for (var head : in) {
      BadPeerInput.unless(head.getGen() > 0, "a head without a generation");
      BadPeerInput.unless(head.getTerm() >= 0 && head.getVersion() >= 0, "a head out of range");
      var hash = bytes(head.getHash(), Head.MAX_HASH_BYTES);
      var scope = scope(head.getScope());
      out.add(new Head(scope, head.getGen(), head.getTerm(), head.getVersion(), hash));
    }
    return out;
  }

  static List<Told> members(List<dev.meshkit.wire.proto.Entry> in) throws BadPeerInput {
    var out = new ArrayList<Told>(in.size());
    for (var entry : in) out.add(told(entry));
    return out;
  }

  static List<Claim> claims(List<dev.meshkit.wire.proto.Claim> in) throws BadPeerInput {
    var out = new ArrayList<Claim>(in.size());
    for (var claim : in) {
      var leader = claim.getLeader().isEmpty() ? NodeId.NOBODY : node(claim.getLeader());
      out.add(new Claim(scope(claim.getScope()), claim.getGen(), claim.getTerm(), leader));
    }
    return out;
  }

  static Told told(dev.meshkit.wire.proto.Entry in) throws BadPeerInput {
    BadPeerInput.unless(in.getSerializedSize() <= MAX_ENTRY_BYTES, "an entry over 2 KiB");
    BadPeerInput.unless(Long.compareUnsigned(in.getAgeMs(), MAX_AGE_MS) <= 0, "an age over a year");
    var accusers = new TreeSet<NodeId>();
    for (var accuser : in.getAccuserList()) accusers.add(node(accuser));
    var key = new Key(in.getGen(), in.getInc(), rank(in.getRank()));
    BadPeerInput.unless(key.generation() != 0, "an entry without a generation");
    var attrs = in.hasAttrs() ? attrs(in.getAttrs()) : Attrs.NONE;
    var entry = new Entry(key, attrs, accusers);
    return new Told(node(in.getId()), entry, Duration.ofMillis(in.getAgeMs()));
  }

  static NodeId node(String text) throws BadPeerInput {
    try {
      var id = NodeId.parse(text);
      BadPeerInput.unless(!id.isNobody(), "an empty node id");
      return id;
    } catch (IllegalArgumentException bad) {
      throw new BadPeerInput("not a node id");
    }
  }

  static Endpoint endpoint(String text) throws BadPeerInput {
    if (text.isEmpty()) return Endpoint.NONE;
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException bad) {
      throw new BadPeerInput("not an endpoint");
    }
  }

  static String text(Endpoint at) {
    return at.equals(Endpoint.NONE) ? "" : at.toString();
  }

  static Bytes bytes(ByteString in, int most) throws BadPeerInput {
    BadPeerInput.unless(in.size() <= most, "more than " + most + " bytes of a field");
    return Bytes.of(in.asReadOnlyByteBuffer());
  }

  private static dev.meshkit.wire.proto.Attrs write(Attrs attrs) {
    return dev.meshkit.wire.proto.Attrs.newBuilder()
        .setGen(attrs.generation())
        .setInc(attrs.incarnation())
        .setNonce(attrs.nonce())
        .setEndpoint(text(attrs.at()))
        .setZone(attrs.zone())
        .setStore(ByteString.copyFrom(attrs.store().asBuffer()))
        .setProtoMin(attrs.protoMin())
        .setProtoMax(attrs.protoMax())
        .setFeatures(attrs.features())
        .addAllRole(attrs.roles())
        .putAllLabels(attrs.labels())
        .build();
  }

  private static Attrs attrs(dev.meshkit.wire.proto.Attrs in) throws BadPeerInput {
    BadPeerInput.unless(in.getGen() != 0, "attributes of no life");
    BadPeerInput.unless(in.getZone().length() <= MAX_ZONE_CHARS, "a zone over 64");
    for (var role : in.getRoleList())
      BadPeerInput.unless(role.length() <= MAX_LABEL_CHARS, "a role over 64");
    for (var label : in.getLabelsMap().entrySet())
      BadPeerInput.unless(
          label.getKey().length() + label.getValue().length() <= MAX_LABEL_CHARS,
          "a label over 64");
    return new Attrs(
        in.getGen(),
        in.getInc(),
        in.getNonce(),
        endpoint(in.getEndpoint()),
        in.getZone(),
        bytes(in.getStore(), MAX_STORE_BYTES),
        in.getProtoMin(),
        in.getProtoMax(),
        in.getFeatures(),
        new TreeSet<>(in.getRoleList()),
        new TreeMap<>(in.getLabelsMap()));
  }

  private static Rank rank(int code) throws BadPeerInput {
    for (var rank : Rank.values()) if (rank.code() == code) return rank;
    throw new BadPeerInput("an unknown rank");
  }

  static Scope scope(String text) throws BadPeerInput {
    try {
      return Scope.parse(text);
    } catch (IllegalArgumentException bad) {
      throw new BadPeerInput("not a scope");
    }
  }
}
