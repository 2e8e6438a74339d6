package dev.meshkit.gossip;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Makes frames: what is said, with as much news as may ride along. */
final class Post {
  /**
   * What is said of scopes.
   *
   * @param claims who leads
   * @param heads what is committed
   */
  record Said(Claims claims, Heads heads) {}

  private final Self self;
  private final MemberTable table;
  private final Claims claims;
  private final Heads heads;
  private final Rumours rumours;
  private final Lines lines;
  private final Limits limits;

  Post(Self self, MemberTable table, Said said, Rumours rumours, Lines lines, Limits limits) {
    this.limits = limits;
    this.self = self;
    this.table = table;
    this.claims = said.claims();
    this.heads = said.heads();
    this.rumours = rumours;
    this.lines = lines;
  }

  /** A frame without news. */
  void bare(Turn turn, NodeId to, Frame.Body body) {
    emit(turn, to, body, List.of(), true);
  }

  /** A probe or its answer, with news aside. */
  void probe(Turn turn, NodeId to, Frame.Body body) {
    emit(turn, to, body, rumours.pick(limits.aside(), this::size), true);
  }

  /** A frame of one gossip round; none if there is nothing to say. */
  void round(Turn turn, NodeId to) {
    var picked = rumours.pick(limits.round(), this::size);
    if (!picked.isEmpty()) emit(turn, to, new Frame.News(), picked, false);
  }

  /** Certain news at once, in as many frames as they need. */
  void news(Turn turn, NodeId to, List<Rumour> about) {
    var batch = new ArrayList<Rumour>();
    var bytes = 0;
    for (var rumour : about) {
      if (!batch.isEmpty() && bytes + size(rumour) > limits.round()) {
        emit(turn, to, new Frame.News(), batch, true);
        batch.clear();
        bytes = 0;
      }
      batch.add(rumour);
      bytes += size(rumour);
    }
    if (!batch.isEmpty()) emit(turn, to, new Frame.News(), batch, true);
  }

  /** What is known of these, or was before they were forgotten; in as many frames as it needs. */
  void known(Turn turn, NodeId to, List<NodeId> of) {
    news(turn, to, of.stream().<Rumour>map(Rumour.OfMember::new).toList());
  }

  /** An entry as frames carry it: only the living come with what they say of themselves. */
  static Entry brief(Entry entry) {
    return entry.key().rank() == Rank.ALIVE
        ? entry
        : new Entry(entry.key(), Attrs.NONE, entry.accusers());
  }

  private void emit(Turn turn, NodeId to, Frame.Body body, List<Rumour> about, boolean urgent) {
    var members = new ArrayList<Told>();
    var said = new ArrayList<Claim>();
    var committed = new ArrayList<Head>();
    for (var rumour : about) {
      switch (rumour) {
        case Rumour.OfMember(var id) -> members.add(told(turn, id));
        case Rumour.OfClaim(var scope) -> said.add(claims.of(scope));
        case Rumour.OfHead(var scope) -> committed.add(heads.of(scope));
      }
    }
    lines.wrote(to, turn.now);
    var frame = new Frame(self.life(), body, members, said, committed);
    turn.emit(new Effect.Send(to, frame, urgent));
  }

  /** What frames say of one. */
  Told told(Turn turn, NodeId id) {
    var whole = table.told(id, turn.now);
    return new Told(id, brief(whole.entry()), whole.age());
  }

  private int size(Rumour rumour) {
    return switch (rumour) {
      case Rumour.OfMember(var id) -> {
        var entry = table.entry(id);
        yield size(id, entry, entry.key().rank() == Rank.ALIVE ? table.attrsBytes(id) : 0);
      }
      case Rumour.OfClaim(var scope) -> 120 + scope.text().length();
      case Rumour.OfHead(var scope) -> 80 + scope.text().length();
    };
  }

  /** An upper bound of what an entry takes on the wire with so many bytes of attributes. */
  static int size(NodeId id, Entry entry, int attrs) {
    var bytes = 48 + length(id);
    for (var accuser : entry.accusers()) bytes += 2 + length(accuser);
    return bytes + attrs;
  }

  private static int length(NodeId id) {
    return id.region().length() + 1 + id.name().length(); // of its text, which is not made for it
  }

  /** An upper bound of what attributes take on the wire, bytes. */
  static int size(Attrs attrs) {
    var bytes = 80 + attrs.at().toString().length() + attrs.store().size();
    bytes += Bytes.utf8(attrs.zone()).size();
    for (var role : attrs.roles()) bytes += 3 + Bytes.utf8(role).size();
    for (var label : attrs.labels().entrySet())
      bytes += 9 + Bytes.utf8(label.getKey()).size() + Bytes.utf8(label.getValue()).size();
    return bytes;
  }
}
