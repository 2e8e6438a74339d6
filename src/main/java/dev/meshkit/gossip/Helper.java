package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Pings for others, and says so when nothing came back: a nack clears the asker of doubt. */
final class Helper {
  private final NodeId self;
  private final Post post;
  private final Lines lines;
  private final int most;
  private final SortedMap<Integer, Errand> errands = new TreeMap<>();
  private int seq = 1;
  private long dropped;

  private record Errand(NodeId asker, int seq, NodeId target, Instant nackDue) {}

  /** {@code most} errands at once. */
  Helper(NodeId self, Post post, Lines lines, int most) {
    this.most = most;
    this.self = self;
    this.post = post;
    this.lines = lines;
  }

  /** Somebody wants a node pinged. Beyond the limit of errands at once the oldest is dropped. */
  void asked(Turn turn, NodeId asker, Frame.PingReq request) {
    if (request.target().equals(self)) {
      post.bare(turn, asker, new Frame.FwdAck(request.seq()));
      return;
    }
    if (lines.isRefused(request.target())) {
      post.bare(turn, asker, new Frame.Nack(request.seq(), true));
      return;
    }
    if (errands.size() >= most) {
      errands.remove(errands.firstKey());
      dropped++;
    }
    seq += 2;
    var nackDue = turn.now.plus(request.timeout().multipliedBy(4).dividedBy(5));
    errands.put(seq, new Errand(asker, request.seq(), request.target(), nackDue));
    if (!lines.isUp(request.target())) lines.need(request.target(), request.at(), turn.now);
    post.bare(turn, request.target(), new Frame.Ping(seq, Told.NOTHING));
  }

  /** How many errands gave way to later ones. */
  long dropped() {
    return dropped;
  }

  /** A ping was answered. */
  void acked(Turn turn, NodeId from, int number) {
    var errand = errands.get(number);
    if (errand == null || !errand.target.equals(from)) return;
    errands.remove(number);
    post.bare(turn, errand.asker, new Frame.FwdAck(errand.seq));
  }

  /** A link came up: a ping that found none goes out again. */
  void linked(Turn turn, NodeId peer) {
    errands.forEach(
        (number, errand) -> {
          if (errand.target.equals(peer))
            post.bare(turn, peer, new Frame.Ping(number, Told.NOTHING));
        });
  }

  /** A host says that nobody listens there: the asker need not wait. */
  void refused(Turn turn, NodeId peer) {
    nack(turn, true, errand -> errand.target.equals(peer));
  }

  /** Nacks what had no answer in 80 % of its time. */
  void tick(Turn turn) {
    nack(turn, false, errand -> !errand.nackDue.isAfter(turn.now));
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    var due = Instant.MAX;
    for (var errand : errands.values()) if (errand.nackDue.isBefore(due)) due = errand.nackDue;
    return due;
  }

  /** This node was stopped: the answers may wait in its mailbox. */
  void pause(Duration gap) {
    errands.replaceAll(
        (_, errand) ->
            new Errand(errand.asker, errand.seq, errand.target, errand.nackDue.plus(gap)));
  }

  private void nack(Turn turn, boolean refused, Predicate<Errand> which) {
    for (var number : List.copyOf(errands.keySet())) {
      var errand = errands.get(number);
      if (errand == null || !which.test(errand)) continue;
      errands.remove(number);
      post.bare(turn, errand.asker, new Frame.Nack(errand.seq, refused));
    }
  }
}
