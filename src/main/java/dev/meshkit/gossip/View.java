package dev.meshkit.gossip;

import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What the rest of the node is shown. */
final class View {
  private View() {}

  /** All who are shown, this node included, by name. */
  static List<Member> members(Self self, MemberTable table) {
    var all = shown(self, table, table.peers());
    all.sort(Comparator.comparing(Member::node));
    return Collections.unmodifiableList(all);
  }

  /** This node, then those shown others that the last step may have changed, by name. */
  static List<Member> changed(Self self, MemberTable table) {
    return Collections.unmodifiableList(shown(self, table, table.touched()));
  }

  /** Others of whom the last step may have changed what is held, by name. */
  static List<NodeId> touched(MemberTable table) {
    return table.touched().stream().map(peer -> peer.id).toList();
  }

  /** All that is held, of this node first; of the dead and the gone with their age. */
  static List<Told> held(Self self, MemberTable table, Instant now) {
    var all = new ArrayList<Told>();
    all.add(Told.of(self.id(), self.entry()));
    for (var peer : table.peers()) all.add(table.told(peer.id, now));
    return Collections.unmodifiableList(all);
  }

  private static List<Member> shown(Self self, MemberTable table, Collection<Peer> others) {
    var rows = new ArrayList<Member>(others.size() + 1);
    rows.add(member(table.standing(self.id()), self.id(), self.entry()));
    for (var peer : others)
      if (peer.standing != Standing.ABSENT) rows.add(member(peer.standing, peer.id, peer.entry));
    return rows;
  }

  /** The newest claims; of tenures whose leader is not up, their end. */
  static List<Claim> claims(Claims claims, MemberTable table) {
    return claims.all().stream()
        .map(claim -> table.standing(claim.leader()).isUp() ? claim : claim.ended())
        .toList();
  }

  private static Member member(Standing standing, NodeId id, Entry entry) {
    var status =
        switch (standing) {
          case ALIVE -> Member.Status.ALIVE;
          case SUSPECT -> Member.Status.SUSPECT;
          case DEAD -> Member.Status.DEAD;
          case LEFT -> Member.Status.LEFT;
          case ABSENT -> throw new IllegalStateException(id + " is not shown");
        };
    var attrs = entry.attrs();
    var life = entry.key().life();
    return new Member(
        id,
        status,
        life.generation(),
        life.incarnation(),
        attrs.at(),
        attrs.zone(),
        attrs.labels());
  }
}
