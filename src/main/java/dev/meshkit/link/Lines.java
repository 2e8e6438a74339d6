package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import dev.meshkit.wire.Hello;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link Line}s of a node, made when first needed and forgotten when idle. Thread-safe. */
final class Lines {
  private static final int MAX_LINES = 2 * 512;

  /** The families of which there is one stream a pair of nodes. */
  static final List<Family> SYMMETRIC = List.of(Family.STREAM, Family.ELECT);

  private final LinkContext context;
  private final Map<Key, Line> lines = new ConcurrentHashMap<>();

  private record Key(NodeId peer, Family family) {}

  Lines(LinkContext context) {
    this.context = context;
  }

  /** Whether one more peer may have lines, or this one has them already. */
  boolean hasRoomFor(NodeId peer) {
    return lines.size() < MAX_LINES || lines.containsKey(new Key(peer, Family.STREAM));
  }

  /** The line with a peer, if there is one. */
  Optional<Line> find(NodeId peer, Family family) {
    return Optional.ofNullable(lines.get(new Key(peer, family)));
  }

  /** The live streams of a family. */
  List<Life> lives(Family family) {
    var lives = new ArrayList<Life>();
    lines.forEach(
        (key, line) -> {
          if (key.family() == family) line.life().ifPresent(lives::add);
        });
    return lives;
  }

  /** Keeps lines to exactly these peers. {@code moved} are those whose address changed. */
  void want(Set<NodeId> peers, Set<NodeId> moved) {
    for (var peer : peers) {
      for (var family : SYMMETRIC) {
        var line =
            lines.compute(
                new Key(peer, family),
                (_, have) -> {
                  var kept = have == null ? new Line(context, peer, family) : have;
                  kept.want();
                  return kept;
                });
        if (moved.contains(peer)) line.hurry();
      }
    }
    for (var key : List.copyOf(lines.keySet())) {
      if (!peers.contains(key.peer())) lines.computeIfPresent(key, (_, line) -> dismissed(line));
    }
  }

  private static @org.jspecify.annotations.Nullable Line dismissed(Line line) {
    line.unwant();
    return line.isIdle() ? null : line;
  }

  /** Hands a stream that a peer opened to its line. */
  void adopt(ByteStream stream, Hello theirs) {
    lines.compute(
        new Key(stream.peer(), stream.family()),
        (key, have) -> {
          var line = have == null ? new Line(context, key.peer(), key.family()) : have;
          line.adopt(stream, theirs);
          return line;
        });
  }

  /** Has the lines with a peer try at once. */
  void hurry(NodeId peer) {
    for (var family : SYMMETRIC) find(peer, family).ifPresent(Line::hurry);
  }

  /** Has the lines with a peer look whether what is live should be on a road of ours. */
  void gather(NodeId peer) {
    for (var family : SYMMETRIC) find(peer, family).ifPresent(Line::look);
  }

  /** Moves what we opened with a peer to another road of ours. Blocks at most 5 s a family. */
  void move(Road to) throws InterruptedException {
    for (var family : SYMMETRIC.reversed()) { // election first: it is what must not pause
      var line = lines.get(new Key(to.peer(), family));
      if (line != null) line.move(to);
    }
  }

  /** Ends every stream, in good order. */
  void close() {
    lines.values().forEach(Line::close);
  }
}
