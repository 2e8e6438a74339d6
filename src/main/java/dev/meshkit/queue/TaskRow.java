package dev.meshkit.queue;

import dev.meshkit.api.Bytes;

/**
 * A task as it is stored.
 *
 * @param seq its identity
 * @param lid its lane
 * @param ord its place there
 * @param expMs when its time to live is over, by the queue clock; 0 for never
 * @param drops what happens then
 * @param origin its number in the lane, 0 before the first lease
 * @param attempt charged attempts
 * @param crash processes that died holding it
 * @param maxAttempt the most attempts
 * @param redrives how often it was brought back
 * @param enqueuedWallMs when it was enqueued
 * @param kind what it is
 * @param codec whose body it is
 * @param crc of the body
 * @param size of headers and body, bytes
 * @param headers small facts
 * @param body what it carries
 * @param errors how attempts failed
 */
record TaskRow(
    long seq,
    long lid,
    long ord,
    long expMs,
    boolean drops,
    long origin,
    int attempt,
    int crash,
    int maxAttempt,
    int redrives,
    long enqueuedWallMs,
    String kind,
    int codec,
    long crc,
    long size,
    Bytes headers,
    Bytes body,
    Bytes errors) {
  /** Whether nothing has happened to it, and it carries nothing but its body. */
  boolean isPlain() {
    return origin == 0
        && (attempt | crash | redrives) == 0
        && !drops
        && headers.isEmpty()
        && errors.isEmpty();
  }

  /** The same with its body. */
  TaskRow bodied(Bytes whole) {
    return new TaskRow(
        seq,
        lid,
        ord,
        expMs,
        drops,
        origin,
        attempt,
        crash,
        maxAttempt,
        redrives,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        whole,
        errors);
  }

  /** The same with another history. */
  TaskRow after(int charged, int crashes, Bytes history) {
    return new TaskRow(
        seq,
        lid,
        ord,
        expMs,
        drops,
        origin,
        charged,
        crashes,
        maxAttempt,
        redrives,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        body,
        history);
  }

  /** The same at another place, with another time to live. */
  TaskRow placed(long place, long untilMs) {
    return new TaskRow(
        seq,
        lid,
        place,
        untilMs,
        drops,
        origin,
        attempt,
        crash,
        maxAttempt,
        redrives,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        body,
        errors);
  }

  /** The same with a life before it, after it was dead. */
  TaskRow revived() {
    return new TaskRow(
        seq,
        lid,
        0,
        0,
        false,
        origin,
        0,
        0,
        maxAttempt,
        redrives + 1,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        body,
        errors);
  }

  /** The same content of a lane that has given it no number yet, as enqueued at that time. */
  TaskRow anew(long identity, long lane, long wallMs) {
    return new TaskRow(
        identity,
        lane,
        ord,
        expMs,
        drops,
        0,
        attempt,
        crash,
        maxAttempt,
        redrives,
        wallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        body,
        errors);
  }

  /** The same without what it carries: memory holds no bodies. */
  TaskRow light() {
    return new TaskRow(
        seq,
        lid,
        ord,
        expMs,
        drops,
        origin,
        attempt,
        crash,
        maxAttempt,
        redrives,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        Bytes.EMPTY,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  /** The same with the number it was leased under. */
  TaskRow numbered(long number) {
    return new TaskRow(
        seq,
        lid,
        ord,
        expMs,
        drops,
        number,
        attempt,
        crash,
        maxAttempt,
        redrives,
        enqueuedWallMs,
        kind,
        codec,
        crc,
        size,
        headers,
        body,
        errors);
  }
}
