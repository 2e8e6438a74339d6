package dev.meshkit.election;

/** What lets a voter help a candidate in spite of its promise to another. */
public sealed interface Warrant {
  /** Nothing. */
  record None() implements Warrant {}

  /**
   * A leader's word that it gave up its term, for good, so that another may lead the next: promises
   * to it in that term are void for whoever votes for that one.
   *
   * @param from who gave up
   * @param term which it led, and will not lead again (S11)
   * @param to who may lead
   */
  record Cert(Seat from, long term, Seat to) implements Warrant {}
}
