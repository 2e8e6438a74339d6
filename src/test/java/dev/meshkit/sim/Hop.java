package dev.meshkit.sim;

import java.util.List;

/**
 * What a move does to the node it is made at, and what others will notice.
 *
 * @param site the node after it
 * @param sent what it sent, in order
 * @param news what was seen that is judged together with what other nodes did
 * @param wrong what is wrong with it, whatever others did; empty if nothing is
 * @param wrote whether a persist began, which might have been late
 */
record Hop(Site site, List<Flight> sent, List<Sight> news, String wrong, boolean wrote) {
  /** Copies the lists. */
  Hop {
    sent = List.copyOf(sent);
    news = List.copyOf(news);
  }
}
