package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * T23: an acknowledgement waits for the answer, where answers usually come at once, and no longer
 * than they do. The clock is the test's, so a turn has ended when the codec hears of it.
 */
class AnswerHabitTest {
  private static final long SOON = Habit.SOON.toNanos();

  private final Codec codec = new Codec();
  private final EmbeddedChannel socket = new EmbeddedChannel();
  private final Commands commands = new Commands(socket.eventLoop(), new Tallies());
  private final Peer peer = new Peer();

  AnswerHabitTest() {
    socket.pipeline().addLast(commands, codec);
    socket.freezeTime();
  }

  /** Stands where the QUIC codec does: what is read belongs to the one connection there is. */
  private final class Codec extends ChannelInboundHandlerAdapter {
    private int turns;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object packet) {
      if (packet.equals("acknowledgement")) return;
      commands.heard();
      if (packet.equals("ask, answered in the turn")) commands.wrote();
      commands.join(peer, socket.pipeline().context(commands));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      turns++;
    }
  }

  private static final class Peer implements Commands.Member {
    private boolean soon = true;
    private int vain;
    private int left;

    @Override
    public void readOn() {}

    @Override
    public boolean isAnsweredSoon() {
      return soon;
    }

    @Override
    public void waitedInVain() {
      vain++;
    }

    @Override
    public void leave() {
      left++;
    }
  }

  private void read(Object... packets) {
    socket.writeInbound(packets);
    socket.runPendingTasks();
  }

  private void pass(long nanos) {
    socket.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
    socket.runScheduledPendingTasks();
    socket.runPendingTasks();
  }

  private void write() {
    commands.run(commands::wrote);
    socket.runPendingTasks();
  }

  @Test
  void theAnswerTakesTheAcknowledgementAlong() {
    read("ask");
    assertEquals(0, codec.turns, "nothing leaves before the answer");
    pass(SOON / 2);
    write();
    assertEquals(1, codec.turns);
    assertEquals(1, peer.left);
    pass(10 * SOON);
    assertEquals(1, codec.turns, "nobody waits any more");
    assertEquals(0, peer.vain);
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForLonger() {
    read("ask");
    pass(SOON - 1);
    assertEquals(0, codec.turns);
    pass(1);
    assertEquals(1, codec.turns);
    assertEquals(1, peer.vain);
    assertEquals(1, peer.left);
  }

  @Test
  void whatIsReadNextEndsTheWait() {
    read("ask");
    read("acknowledgement");
    assertEquals(1, codec.turns);
    assertEquals(0, peer.vain, "the answer may still come");
  }

  @Test
  void aCommandThatWritesNothingDoesNotEndTheWait() {
    read("ask");
    commands.run(() -> {});
    socket.runPendingTasks();
    assertEquals(0, codec.turns);
    write();
    assertEquals(1, codec.turns);
  }

  @Test
  void whatElseTheTurnBroughtDoesNotWait() {
    read("ask", "acknowledgement");
    assertEquals(1, codec.turns);
  }

  @Test
  void whoIsNotAnsweredAtOnceIsAcknowledgedAtOnce() {
    peer.soon = false;
    read("ask");
    assertEquals(1, codec.turns);
  }

  @Test
  void anAnswerWithinTheTurnLeavesWithIt() {
    read("ask, answered in the turn");
    assertEquals(1, codec.turns);
  }

  @Test
  void aWriteOutsideACommandEndsTheWaitToo() {
    read("ask");
    commands.wrote();
    assertEquals(0, codec.turns, "its own turn is still to come");
    socket.runPendingTasks();
    assertEquals(1, codec.turns);
  }

  /** Three in a row are a habit; one that is late, or does not come, is its end. */
  @Test
  void aHabitIsMadeByThreeAndBrokenByOne() {
    var habit = new Habit();
    for (var i = 0; i < Habit.SURE; i++) {
      assertFalse(habit.isSure());
      habit.read(0);
      habit.wrote(SOON);
    }
    assertTrue(habit.isSure());
    habit.wrote(100 * SOON);
    assertTrue(habit.isSure(), "what nobody asked for says nothing");
    habit.read(0);
    habit.wrote(SOON + 1);
    assertFalse(habit.isSure(), "late");
    for (var i = 0; i < Habit.SURE; i++) {
      habit.read(0);
      habit.wrote(0);
    }
    assertTrue(habit.isSure());
    habit.broken();
    assertFalse(habit.isSure());
  }
}
