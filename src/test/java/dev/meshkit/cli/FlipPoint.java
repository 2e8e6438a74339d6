package dev.meshkit.cli;

import dev.meshkit.process.KillPoint;
import dev.meshkit.process.Plant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in the flip of a link an agent is killed, by the steps of the design: a statement of the
 * program, and whether the process dies before it or after it.
 */
enum FlipPoint {
  /** Before step 1: the version is adopted, and no road was looked at. */
  ADOPTED("link/Links.java", "context.roads().succession().review();", Order.BEFORE, ""),

  /** Step 1: about to dial. */
  DIALS("link/RoadSuccession.java", "parts.history().switching(slot.peer);", Order.AFTER, ""),

  /** Step 1: the new road is open, with nothing on it, and the old one is the peer's. */
  DIALLED(
      "link/RoadDialling.java",
      "roads.install(slot, road);",
      Order.BEFORE,
      "if (slot.road().isPresent()) "),

  /** Step 1 is over: the new road is the peer's, and no stream of both sides has moved to it. */
  INSTALLED(
      "link/RoadSuccession.java",
      "if (fresh instanceof Result.Ok<Road>(var road)) parts.mover().move(road);",
      Order.BEFORE,
      "if (fresh.isOk()) "),

  /** Step 2: a lane sees that its road is retired as receipts of a run come. */
  DRAINING(
      "link/DeliverStream.java",
      "return stream.isRetired() || receipts(lane).isOver();",
      Order.BEFORE,
      "if (stream.isRetired() && !isUnused()) ",
      Receipts.LATE),

  /** Step 3: what had no receipt when the old road was closed is given back. */
  RELEASED(
      "link/Run.java",
      "lane.queue().settleAll(rest);",
      Order.AFTER,
      "if (stream.isOver(lane.lane())) ",
      Receipts.NONE),

  /** Step 3: the old Deliver stream has ended. */
  ENDED(
      "link/PeerSender.java",
      "var achieved = sentOver(stream, welcome);",
      Order.AFTER,
      "if (stream.isRetired()) "),

  /** Step 4: DeliverOpen was sent on the new road, and not answered. */
  ASKED(
      "link/PeerSender.java",
      "var answer = stream.receive().map(DeliverCodec::down);",
      Order.BEFORE,
      ""),

  /** Step 4, as the receiver: the handlers of the old stream have ended, DeliverOpen came. */
  HEARD("link/Deliveries.java", "var store = open.store();", Order.BEFORE, ""),

  /** Step 4, as the receiver: DeliverOpen was answered. */
  ANSWERED(
      "link/Deliveries.java",
      "if (session.isPresent()) session.get().run();",
      Order.BEFORE,
      "if (session.isPresent()) "),

  /** Step 4: the head of a lane has gone out on the new road. */
  RESUMED(
      "link/Run.java",
      "if (!sends(lease, head)) return false;",
      Order.AFTER,
      "if (!stream.achieved()) "),

  /** Step 5: Elect is on the new road, Stream on the old one, which is not closed. */
  ELECT_MOVED(
      "link/Line.java",
      "context.roads().carrying(peer);",
      Order.BEFORE,
      "if (family == Family.ELECT) "),

  /** Step 5: both are on the new road, and what was sent on the old one has no receipt. */
  STREAM_MOVED(
      "link/Line.java",
      "context.roads().carrying(peer);",
      Order.BEFORE,
      "if (family == Family.STREAM) ",
      Receipts.NONE),

  /** Step 5 is over: the old connection is closed. */
  CLOSED("link/RoadKeeper.java", "road.close(parts.times().handOver());", Order.AFTER, "");

  private static final String CALL = KillPoint.class.getName() + ".";

  private final String file;
  private final String text;
  private final Order order;
  private final String when;
  private final Receipts receipts;

  FlipPoint(String file, String text, Order order, String when) {
    this(file, text, order, when, Receipts.FLOW);
  }

  FlipPoint(String file, String text, Order order, String when, Receipts receipts) {
    this.file = file;
    this.text = text;
    this.order = order;
    this.when = when;
    this.receipts = receipts;
  }

  private enum Order {
    BEFORE,
    AFTER
  }

  /** What the receiver of the one that dies says of what it gets meanwhile. */
  enum Receipts {
    /** What became of it. */
    FLOW,
    /** Nothing before Stream has moved. */
    LATE,
    /** Nothing before the other has died. */
    NONE
  }

  Receipts receipts() {
    return receipts;
  }

  /**
   * All of them, that handlers keep what they are told to, and that a road which is to be closed
   * over what has no receipt is so after a second instead of ten.
   */
  static List<Plant> plants() {
    var plants = new ArrayList<Plant>();
    for (var point : values()) plants.add(point.plant());
    var kept = "return new Ack(tx -> keep(tx, received));";
    plants.add(new Plant("cli/Letterbox.java", kept, CALL + "awaitRelease();\n" + kept));
    var most = "parts.times().handOver()";
    var less = CALL + "patience(\"" + RELEASED + "\", " + most + ")";
    plants.add(new Plant("link/RoadKeeper.java", most, less));
    return plants;
  }

  private Plant plant() {
    var call = when + CALL + "reached(\"" + name() + "\");";
    return switch (order) {
      case BEFORE -> new Plant(file, text, call + "\n" + text);
      case AFTER -> new Plant(file, text, text + "\n" + call);
    };
  }
}
