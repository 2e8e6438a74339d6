package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What one process says in its gossip, in every frame and table, though it is not so: that somebody
 * leads by a fence that nobody ever had, and that a record is committed that nobody ever made.
 */
final class Tales {
  private static final int COUNT = 5;
  private static final long WILD = 1L << 62; // terms

  private final SimNode node;
  private final List<Tale> tales = new ArrayList<>();

  Tales(SimNode node) {
    this.node = node;
  }

  /** One of them: none or one of each. */
  private record Tale(long until, List<Claim> claims, List<Head> heads) {}

  /**
   * Some of them.
   *
   * @param nodes how many there are who may tell some
   * @param scopes of which they are
   * @param end when the last of them is over
   */
  static List<Op.Timed> draw(int nodes, List<Scope> scopes, long begin, long end, Draws draws) {
    var ops = new ArrayList<Op.Timed>();
    for (var tale = 0; tale < COUNT; tale++) {
      var at = draws.between(begin, end);
      var nanos = draws.between(0, end - at);
      var scope = draws.oneOf(scopes);
      var liar = draws.below(nodes);
      var leader = draws.chance(0.5) ? liar : draws.below(nodes);
      var ahead = draws.chance(0.3) ? WILD : draws.between(1, 20);
      var boasts = draws.chance(0.5);
      ops.add(
          new Op.Timed(
              at,
              boasts
                  ? new Op.Boast(liar, scope, leader, ahead, nanos)
                  : new Op.Invent(liar, scope, ahead, nanos)));
    }
    return ops;
  }

  /** From now on it says who leads, so many terms after what is so. */
  void boast(Op.Boast how) {
    var leader = node.world().nodes().get(how.leader()).id();
    var known = head(how.scope());
    var claim = new Claim(how.scope(), known.generation(), known.term() + how.ahead(), leader);
    tales.add(new Tale(node.world().now() + how.nanos(), List.of(claim), List.of()));
    node.world().saw(new Sight.Boasted(new Fence(how.scope(), claim.generation(), claim.term())));
  }

  /** From now on it says that a record is committed, so many terms and versions later than one. */
  void invent(Op.Invent how) {
    var known = head(how.scope());
    var head =
        new Head(
            how.scope(),
            known.generation(),
            known.term() + how.ahead(),
            known.version() + how.ahead(),
            Bytes.utf8("never made " + how.ahead()).sha256());
    tales.add(new Tale(node.world().now() + how.nanos(), List.of(), List.of(head)));
  }

  private Head head(Scope scope) {
    return ((ViewHost) node.hosts().get(ViewHost.CORE)).head(scope);
  }

  /** The frame as it leaves. */
  Frame in(Frame frame) {
    if (isSilent()) return frame;
    var life = frame.life();
    return new Frame(
        life, frame.body(), frame.members(), claims(frame.claims()), heads(frame.heads()));
  }

  /** The table as it leaves. */
  Table in(Table table) {
    if (isSilent()) return table;
    return new Table(table.life(), table.members(), claims(table.claims()), heads(table.heads()));
  }

  private boolean isSilent() {
    tales.removeIf(tale -> tale.until <= node.world().now());
    return tales.isEmpty();
  }

  private List<Claim> claims(List<Claim> honest) {
    var said = new TreeMap<Scope, Claim>();
    for (var claim : honest) said.put(claim.scope(), claim);
    for (var tale : tales)
      for (var claim : tale.claims) {
        said.put(claim.scope(), claim);
        node.world().coverage().count(Coverage.Seen.BOASTED);
      }
    return List.copyOf(said.values());
  }

  private List<Head> heads(List<Head> honest) {
    var said = new TreeMap<Scope, Head>();
    for (var head : honest) said.put(head.scope(), head);
    for (var tale : tales)
      for (var head : tale.heads) {
        said.put(head.scope(), head);
        node.world().coverage().count(Coverage.Seen.INVENTED);
      }
    return List.copyOf(said.values());
  }
}
