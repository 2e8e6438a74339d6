package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import java.util.List;
import java.util.Map;

/** What the sender of durable messages says on its Deliver stream. */
public sealed interface Upward {
  /**
   * The first frame: which store numbers the messages.
   *
   * @param store the sender's {@code mesh.db}, 16 bytes
   * @param next the next number that each lane will give, by the lane's name; at most 16
   * @param runs whether a receipt may be for a run of messages, which older releases do not know
   * @param former what that store went by before, and does no more; at most 4
   */
  record Open(Bytes store, Map<String, Long> next, boolean runs, List<Bytes> former)
      implements Upward {
    /** Copies the collections. */
    public Open {
      next = Map.copyOf(next);
      former = List.copyOf(former);
    }

    /** As releases say it that know receipts of one message only. */
    public Open(Bytes store, Map<String, Long> next) {
      this(store, next, false, List.of());
    }
  }

  /**
   * A message that breaks a rule, though it can be said which one it is: it is refused, and the
   * stream lives on.
   *
   * @param lane of the message
   * @param n of the message
   * @param why which rule
   */
  record Broken(String lane, long n, String why) implements Upward {}

  /**
   * A message.
   *
   * @param lane the lane's name within the pair, 1–64 characters
   * @param n its number in the lane: gapless among those ever sent, never used twice in a store
   * @param head nothing unsettled of the lane comes before it
   * @param attempt from 1
   * @param kind its topic, 1–128 characters
   * @param token 16 bytes, the same for each attempt
   * @param headers at most 64, together at most 16 KiB
   * @param body at most 1 MiB
   */
  record Parcel(
      String lane,
      long n,
      boolean head,
      int attempt,
      String kind,
      Bytes token,
      Map<String, String> headers,
      Bytes body)
      implements Upward {
    /** Copies the headers. */
    public Parcel {
      headers = Map.copyOf(headers);
    }
  }
}
