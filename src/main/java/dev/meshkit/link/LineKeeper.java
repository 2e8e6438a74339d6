package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps a stream with one peer open while that is wanted: opens it when it is this node's turn,
 * runs it to its end, and opens it anew. On a virtual thread of its own.
 */
final class LineKeeper implements Runnable {
  private static final System.Logger LOG = System.getLogger(LineKeeper.class.getName());
  private static final Duration LONG_LIFE = Duration.ofSeconds(10);

  private final LinkContext context;
  private final Line line;
  private final NodeId peer;
  private final Reopening reopening;

  LineKeeper(LinkContext context, Line line) {
    this.context = context;
    this.line = line;
    this.peer = line.peer();
    this.reopening = line.reopening();
  }

  @Override
  public void run() {
    try {
      var attempt = 0;
      var pause = reopening.first();
      while (line.awaitTurn(pause)) {
        var outcome = safely();
        attempt = outcome.worked() ? 0 : attempt + 1;
        pause = reopening.after(outcome, attempt);
      }
    } catch (InterruptedException stopping) {
      line.life().ifPresent(Life::retire); // the links are closing
    }
  }

  /** A bug of ours, whoever provoked it, costs one attempt, never the line or the node. */
  private Attempted safely() throws InterruptedException {
    try {
      return attempt();
    } catch (RuntimeException | Error failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "opening " + line.family() + " to " + peer + " threw",
          failure);
      return new Attempted(false, Optional.of(context.options().times().blocked()));
    }
  }

  private Attempted attempt() throws InterruptedException {
    var road = context.roads().to(peer);
    if (!(road instanceof Result.Ok<Road>(var there))) return failed(Line.error(road));
    var opened = Life.open(context, there, line.family());
    if (!(opened instanceof Result.Ok<Life>(var life))) {
      var error = Line.error(opened);
      context.failed(there, error);
      return failed(error);
    }
    if (!line.install(life)) {
      line.readOutBeside(life);
      return new Attempted(true, Optional.of(reopening.soon()));
    }
    line.follow();
    context.roads().carrying(peer);
    var began = now();
    line.run(life);
    var worked = wasOfUse(Duration.between(began, now()));
    var onLiveRoad = life.stream().ended().filter(LineKeeper::isNoPlaceToStay).isEmpty();
    var soon = worked && onLiveRoad ? Optional.of(reopening.soon()) : Optional.<Duration>empty();
    return new Attempted(worked, onLiveRoad, soon);
  }

  /** Whether a stream lived so long that what comes after it counts its attempts anew. */
  static boolean wasOfUse(Duration life) {
    return life.compareTo(LONG_LIFE) >= 0;
  }

  /** The road is gone, or another process of this node has taken it. */
  private static boolean isNoPlaceToStay(Status ended) {
    return RoadFailure.isOfRoad(ended) || ended.getCode() == Line.OUTLIVED.getCode();
  }

  private Attempted failed(MeshError error) {
    var kind = RoadFailure.kindOf(error);
    if (line.family() == Family.STREAM && line.life().isEmpty()) {
      context.ports().inbound().down(peer, kind == RoadFailure.Kind.REFUSED);
      context.tell(peer.toString(), error);
    }
    if (kind == RoadFailure.Kind.IDENTITY || kind == RoadFailure.Kind.MISMATCH) {
      return new Attempted(false, Optional.of(context.options().times().blocked()));
    }
    var shared = context.roads().untilDial(peer); // with whoever else wants to reach it
    return new Attempted(false, Optional.of(shared).filter(Duration::isPositive));
  }

  private Instant now() {
    return context.ports().clocks().monotonic().instant();
  }
}
