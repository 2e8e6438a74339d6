package dev.meshkit.cli;

import dev.meshkit.control.proto.EventItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one node believes of who leads and of who lives, to be compared with what it believes later:
 * a fence only grows, as do generation and incarnation, so what is the same twice was never another
 * in between.
 *
 * @param leaders the leader, its fence and the node's own term by scope
 * @param members status, generation and incarnation by node
 */
record Calm(Map<String, String> leaders, Map<String, String> members) {
  private static final String ALIVE = "ALIVE ";

  /** Copies both. */
  Calm {
    leaders = Map.copyOf(leaders);
    members = Map.copyOf(members);
  }

  /** As a node says now. */
  static Calm of(AgentView node) {
    return new Calm(node.leaders(), node.members());
  }

  /** Whether there are so many members, all of them alive, and so many scopes with a leader. */
  boolean isWhole(int alive, int led) {
    return leaders.size() == led
        && members.size() == alive
        && members.values().stream().allMatch(one -> one.startsWith(ALIVE));
  }

  /** What is different later, and what happened until then to leaders and members; a line each. */
  List<String> disturbed(Calm later, List<EventItem> events) {
    var broken = new ArrayList<String>();
    differences(broken, leaders, later.leaders);
    differences(broken, members, later.members);
    for (var event : events) {
      var type = event.getType();
      if (type.startsWith("leader.") || type.startsWith("member.")) {
        broken.add(type + ": " + event.getText() + ", " + event.getCause());
      }
    }
    return broken;
  }

  private static void differences(
      List<String> broken, Map<String, String> before, Map<String, String> later) {
    var all = new TreeSet<>(before.keySet());
    all.addAll(later.keySet());
    for (var key : all) {
      var was = before.getOrDefault(key, "nothing");
      var is = later.getOrDefault(key, "nothing");
      if (!was.equals(is)) broken.add(key + " was " + was + " and is " + is);
    }
  }
}
