package dev.meshkit.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What senders were promised, against what receivers' handlers recorded. A message that a sender
 * was not told is durable may arrive or not; one that it was told is must arrive, and none twice.
 * Thread-safe.
 */
final class DemoLedger {
  private final Set<Letter> tried = ConcurrentHashMap.newKeySet();
  private final Set<Letter> promised = ConcurrentHashMap.newKeySet();

  /**
   * One message.
   *
   * @param to the receiver's name
   * @param body its text, unique among all messages
   */
  record Letter(String to, String body) {}

  /**
   * The outcome.
   *
   * @param sent how many were promised
   * @param delivered how many of those were applied
   * @param lost how many of those were not
   * @param duplicated applications beyond a message's first
   * @param foreign applications of what nobody sent there
   */
  record Count(int sent, int delivered, int lost, int duplicated, int foreign) {
    /** Whether each promise was kept, once. */
    boolean isExact() {
      return lost == 0 && duplicated == 0 && foreign == 0;
    }
  }

  /** A send begins: from now on it may arrive. */
  void tried(Letter letter) {
    tried.add(letter);
  }

  /** The sender's node has said that it is durable. */
  void promised(Letter letter) {
    promised.add(letter);
  }

  /** How many were promised so far. */
  int sent() {
    return promised.size();
  }

  /** How many to one receiver were promised so far. */
  int sentTo(String receiver) {
    return (int) promised.stream().filter(letter -> letter.to().equals(receiver)).count();
  }

  /** The outcome for what the handlers of each receiver recorded, in any order. */
  Count count(Map<String, List<String>> applied) {
    var times = new HashMap<Letter, Integer>();
    applied.forEach(
        (to, bodies) -> bodies.forEach(body -> times.merge(new Letter(to, body), 1, Integer::sum)));
    var delivered = (int) promised.stream().filter(times::containsKey).count();
    var foreign = (int) times.keySet().stream().filter(letter -> !tried.contains(letter)).count();
    var again = times.values().stream().mapToInt(count -> count - 1).sum();
    return new Count(promised.size(), delivered, promised.size() - delivered, again, foreign);
  }
}
