package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * One asking of the voters. Votes count over V of the record the ask carries (R8), so a round
 * belongs to one record.
 *
 * @param id counts the rounds of a process, from 1
 * @param self who asks; it has its own vote
 * @param ask what is asked, with the header it leaves under
 * @param others whom
 * @param quorum how many must grant, the candidate included
 * @param deadline how long to wait, from when the asks leave
 */
public record Round(
    long id, NodeId self, Frame ask, List<NodeId> others, int quorum, Duration deadline) {
  /** Copies the list. */
  public Round {
    others = List.copyOf(others);
    if (!(ask.message() instanceof Frame.Ask)) throw new IllegalArgumentException("not an ask");
  }

  /** Whether this only asks who would vote. */
  public boolean pre() {
    return asked().pre();
  }

  /** The term asked for. */
  public long term() {
    return asked().term();
  }

  private Frame.Ask asked() {
    return (Frame.Ask) ask.message();
  }
}
