package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * V6: what whoever drives an election core must keep, whether it is a loop on threads and a real
 * disk or the simulator's model of one. Ann is such a voter, of two; Bob is played here.
 */
public abstract class OutboxContract {
  protected static final NodeId ANN = NodeId.of("eu", "ann");
  protected static final NodeId BOB = NodeId.of("eu", "bob");
  private static final RecordId FIRST = new RecordId(0, 1);

  /** Runs Ann until the play is over or she has stopped; what left her, in that order. */
  protected abstract Told run(Play play) throws Exception;

  /** What a play can do to Ann. */
  public interface Stage {
    /** How Bob begins a frame. */
    Header header(long term, RecordId rec);

    /** Bob says it. */
    void say(Frame frame);

    /** Her disk completes nothing that is begun from now on... */
    void hold();

    /** ...until now; a model may let it go on by itself, much later than a frame takes. */
    void release();

    /** Her disk takes nothing any more. */
    void fail();

    /** Her owner asks her to end. */
    void stop();
  }

  /** Bob's part. */
  public interface Play {
    /** Before Ann has done anything. */
    void begin(Stage stage);

    /** A frame left Ann for Bob, or has come to him; {@code led}: she had authority just then. */
    void heard(Frame frame, boolean led, Stage stage);

    /** Whether there is nothing more to see. */
    boolean isOver();
  }

  private static final int MOST_TRIES = 20;

  /** A frame that left; {@code led}: whether Ann had authority as it did. */
  public record Left(Frame frame, boolean led) {}

  /** All that left, and whether Ann stopped by herself. */
  public record Told(List<Left> left, boolean stopped) {}

  /** S4: what waits for a persist leaves after it; what does not, overtakes it. */
  @Test
  void aGrantWaitsForItsPersistAndARefusalDoesNot() throws Exception {
    var answers = new Answers(false);
    var rounds = answered(run(answers).left());
    assertEquals(List.of(2L, 1L), rounds, "the pre-vote, then the vote that waited for the disk");
  }

  /** E3: after a write that failed nothing leaves that rested on it, and the driver ends. */
  @Test
  void afterAFailedWriteNothingLeavesThatRestedOnIt() throws Exception {
    var told = run(new Answers(true));
    assertTrue(told.stopped(), told::toString);
    assertFalse(answered(told.left()).contains(1L), told::toString);
  }

  /** E21: authority is off before anybody can hear that the term is over. */
  @Test
  void authorityEndsBeforeAnybodyHearsOfIt() throws Exception {
    var voter = new Voter();
    var left = run(voter).left();
    for (var tries = 1;
        tries < MOST_TRIES && left.stream().noneMatch(OutboxContract::ends);
        tries++) {
      voter = new Voter(); // on a slow machine her tenure was over before she was stopped
      left = run(voter).left();
    }
    assertTrue(voter.led, "Ann never led");
    var last = left.stream().filter(OutboxContract::ends).toList();
    assertFalse(last.isEmpty(), left::toString);
    assertEquals(List.of(), last.stream().filter(Left::led).toList());
  }

  /** What of this fails where no test runner looks: in a world with a bug in it. */
  protected final String breaches() throws Exception {
    return Breaches.of(
        this::aGrantWaitsForItsPersistAndARefusalDoesNot,
        this::afterAFailedWriteNothingLeavesThatRestedOnIt,
        this::authorityEndsBeforeAnybodyHearsOfIt);
  }

  private static boolean ends(Left one) {
    return ends(one.frame());
  }

  private static boolean ends(Frame frame) {
    return frame.message() instanceof Frame.StepDown || frame.message() instanceof Frame.TimeoutNow;
  }

  private static List<Long> answered(List<Left> left) {
    return left.stream()
        .filter(one -> one.frame().message() instanceof Frame.Answer)
        .map(one -> ((Frame.Answer) one.frame().message()).round())
        .filter(round -> round > 0)
        .toList();
  }

  /** Bob asks for a vote, then for a pre-vote, of one whose disk hangs or breaks. */
  private static final class Answers implements Play {
    private final boolean breaks;
    private volatile boolean over;

    Answers(boolean breaks) {
      this.breaks = breaks;
    }

    @Override
    public void begin(Stage stage) {
      if (breaks) stage.fail();
      else stage.hold();
      var vote = new Frame.Ask(1, false, 100, FIRST);
      stage.say(new Frame(stage.header(100, FIRST), vote));
      var before = new Frame.Ask(2, true, 200, FIRST);
      stage.say(new Frame(stage.header(100, FIRST), before));
    }

    @Override
    public void heard(Frame frame, boolean led, Stage stage) {
      if (!(frame.message() instanceof Frame.Answer answer)) return;
      if (answer.round() == 2) stage.release();
      if (answer.round() == 1) over = true;
    }

    @Override
    public boolean isOver() {
      return over;
    }
  }

  /** Bob votes for Ann and promises, and she is stopped as soon as she has authority. */
  private static final class Voter implements Play {
    private volatile boolean led;
    private volatile boolean over;

    @Override
    public void begin(Stage stage) {}

    @Override
    public void heard(Frame frame, boolean leads, Stage stage) {
      over |= led && ends(frame); // a slow machine may lapse before it leads
      var header = frame.header();
      switch (frame.message()) {
        case Frame.Ask ask -> {
          var yes = new Frame.Answer(ask.round(), ask.term(), Why.GRANTED, Duration.ZERO);
          stage.say(new Frame(stage.header(ask.pre() ? 0 : ask.term(), ask.rec()), yes));
        }
        case Frame.Beat beat -> {
          var ack = new Frame.BeatAck(beat.seq(), beat.sentNanos(), beat.promise(), true);
          stage.say(new Frame(stage.header(header.term(), header.rec()), ack));
          if (leads && !led) {
            led = true;
            stage.stop();
          }
        }
        default -> {}
      }
    }

    @Override
    public boolean isOver() {
      return over;
    }
  }
}
