package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A road in the place of a real one, whose calls are {@link PlayedCall}s and end when told to. */
public final class PlayedRoad {
  private final List<PlayedCall> calls = new CopyOnWriteArrayList<>();
  private final Bytes hello;
  private final boolean ready;
  private final Road road;

  /**
   * To the same peer.
   *
   * @param real between the same ends
   * @param hello the peer's
   * @param ready whether the peer keeps up with what its calls are sent
   */
  public PlayedRoad(Road real, Bytes hello, boolean ready) {
    this.hello = hello;
    this.ready = ready;
    var ends = new Road.Ends(real.peer(), real.shown());
    var tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    road = new Road(ends, RoadKind.H3, new Player(), tools);
  }

  /** As whoever uses it sees it. */
  public Road road() {
    return road;
  }

  /** The call that was opened last. */
  public PlayedCall call() {
    return calls.getLast();
  }

  private final class Player implements Carrier {
    @Override
    public ByteStream open(Opening opening) {
      var call = new PlayedCall(opening, hello, ready);
      calls.add(call);
      return call.stream();
    }

    @Override
    public Bytes ask(Asked what, Bytes request, Duration patience) {
      return Bytes.EMPTY;
    }

    @Override
    public boolean isSentAway() {
      return false;
    }

    @Override
    public boolean isInDoubt() {
      return false;
    }

    @Override
    public void watch(Runnable sentAway) {}

    @Override
    public Optional<Instant> heard() {
      return Optional.empty();
    }

    @Override
    public void drain() {}

    @Override
    public boolean awaitEnd(Duration patience) {
      return true;
    }

    @Override
    public void abandon() {}
  }
}
