package dev.meshkit.gossip;

import dev.meshkit.api.Member;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the rest of the node is shown. */
final class View {
  private View() {}

  /** All who are shown, this node included, by name. */
  static List<Member> members(Self self, MemberTable table) {
    var others =
        table.peers().stream()
            .filter(peer -> peer.standing != Standing.ABSENT)
            .map(peer -> member(peer.standing, Told.of(peer.id, peer.entry)));
    var me = member(table.standing(self.id()), Told.of(self.id(), self.entry()));
    return Stream.concat(Stream.of(me), others).sorted(Comparator.comparing(Member::node)).toList();
  }

  /** The newest claims; of tenures whose leader is not up, their end. */
  static List<Claim> claims(Claims claims, MemberTable table) {
    return claims.all().stream()
        .map(claim -> table.standing(claim.leader()).isUp() ? claim : claim.ended())
        .toList();
  }

  private static Member member(Standing standing, Told told) {
    var status =
        switch (standing) {
          case ALIVE -> Member.Status.ALIVE;
          case SUSPECT -> Member.Status.SUSPECT;
          case DEAD -> Member.Status.DEAD;
          case LEFT -> Member.Status.LEFT;
          case ABSENT -> throw new IllegalStateException(told.id() + " is not shown");
        };
    var attrs = told.entry().attrs();
    var life = told.entry().key().life();
    return new Member(
        told.id(),
        status,
        life.generation(),
        life.incarnation(),
        attrs.at(),
        attrs.zone(),
        attrs.labels());
  }
}
