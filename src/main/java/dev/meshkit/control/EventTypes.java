package dev.meshkit.control;

import java.util.List;

/** The types of event that a node records; a test compares them with what the nodes make. */
public final class EventTypes {
  /** All of them, in alphabetical order. */
  public static final List<String> ALL =
      List.of(
          "effect.resolved",
          "identity.refused",
          "identity.renewed",
          "leader.autopilot",
          "leader.dual",
          "leader.elected",
          "leader.founded",
          "leader.genesis_clash",
          "leader.lost",
          "leader.record_changed",
          "leader.recovered",
          "leader.transfer_asked",
          "link.blocked",
          "link.downgraded",
          "link.left_legacy",
          "link.legacy",
          "link.no_road",
          "link.not_switched",
          "link.promoted",
          "link.udp_blocked",
          "member.cloned",
          "member.died",
          "member.joined",
          "member.left",
          "member.refused",
          "member.refuted",
          "member.rejoined",
          "member.restarted",
          "member.suspected",
          "peer.forgotten",
          "peer.remembered",
          "queue.paused",
          "queue.purged",
          "queue.redriven",
          "queue.resumed",
          "run.abandoned",
          "store.backed_up",
          "store.quarantined");

  private EventTypes() {}
}
