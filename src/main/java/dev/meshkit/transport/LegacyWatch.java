package dev.meshkit.transport;

import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.time.Duration;

/**
 * Looks after one legacy connection, once a turn: whether its peer is there, whether it reads, and
 * whether it may stay.
 */
final class LegacyWatch {
  /** How long a turn is. */
  static final Duration TURN = Duration.ofMillis(250);

  /** In how many turns it is looked once whether the peer may stay: each second. */
  private static final int LOOK = 4;

  /** How long the peer has to read the last of what is said. */
  static final Duration LAST_WORD = Duration.ofMillis(200);

  private final LegacyLink link;
  private final Duration turn;
  private final LegacyPulse pulse = new LegacyPulse();

  LegacyWatch(LegacyLink link, Duration turn) {
    this.link = link;
    this.turn = turn;
  }

  /** Until the connection has ended. */
  void run() throws InterruptedException {
    for (var turns = 1L; !link.awaitGone(turn); turns++) {
      var io = link.parts().io();
      switch (pulse.turn(io.intake().pieces(), io.pieces().taken(), io.pieces().isWriting())) {
        case NOTHING -> {}
        case ASK -> link.tell(LegacyFrame.of(Kind.PING, 0));
        case SILENT -> link.lose("nothing came for 3 s");
        case STUCK -> link.lose("the peer has read nothing for 15 s");
      }
      if (turns % LOOK != 0) continue;
      var refused = link.parts().check().get();
      if (refused.isPresent()) farewell(refused.get());
    }
  }

  /** The writer says why, and ends; if it is stuck, so be it. */
  private void farewell(Status refused) throws InterruptedException {
    link.tell(new LegacyFrame(Kind.ERR, 0, LegacyBody.status(refused)));
    link.closeWhenSaid();
    if (!link.awaitGone(LAST_WORD)) link.end(refused);
  }
}
