package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What a leader has been asked to change. Ends with its tenure.
 *
 * @param waiting in order of arrival, at most as many as the options say
 * @param inFlight the ids of the commands in the record that is not yet committed
 * @param offer that record, while only a newcomer may store it
 */
record Agenda(List<Command> waiting, List<Bytes> inFlight, Offer offer) {
  /** The most: so many fold into one version and stay in its list of applied commands. */
  static final int LIMIT = Content.MAX_APPLIED;

  static final Agenda EMPTY = new Agenda(List.of(), List.of(), new Offer.None());

  Agenda {
    waiting = List.copyOf(waiting);
    inFlight = List.copyOf(inFlight);
  }

  boolean isFull(int most) {
    return waiting.size() >= most;
  }

  Agenda with(Command command) {
    var more = new ArrayList<>(waiting);
    more.add(command);
    return new Agenda(more, inFlight, offer);
  }

  /** With nothing in flight: it landed. */
  Agenda landed() {
    return new Agenda(waiting, List.of(), new Offer.None());
  }

  Agenda offering(Offer other) {
    return new Agenda(waiting, inFlight, other);
  }
}
