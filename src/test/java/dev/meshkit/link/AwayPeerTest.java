package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Sent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q32: what others lose by a peer that is away is counted, not timed: of the two things that all
 * peers share, the writer and the lanes' turns, it takes nothing. What a second of it costs is
 * measured by {@code make chaos CASE=peer-away}.
 */
@Timeout(120)
class AwayPeerTest {
  private static final NodeId AWAY = NodeId.of("eu", "away");
  private static final int WAITING = 300;
  private static final int OTHERS = 600;

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();

  /** Q32, Q28: however often it is looked for, and however much waits for it. */
  @Test
  void aPeerThatIsAwayTakesNoCommitAndNoTurnFromTheOthers() throws Exception {
    try (var office =
        new PostOffice(
            directory,
            Map.of(
                "t",
                message -> {
                  handled.add(message.message().body().utf8());
                  return Ack.plain();
                }))) {
      // given much that waits for a peer that cannot be reached
      office.absent = AWAY::equals;
      var waiting = new ArrayList<Sent>();
      for (var i = 0; i < WAITING; i++) waiting.add(toAway(office, "w" + i));
      // when it is looked for again and again
      var commits = commits(office);
      var dials = office.dials.get();
      await()
          .until(
              () -> {
                office.outbound.linkUp(AWAY); // or it would wait for a while
                return office.dials.get() >= dials + 20;
              });
      // then that has cost no commit, and no lease
      assertEquals(commits, commits(office));
      assertEquals(0, number(office.sender, "SELECT count(*) FROM lease"));
      // and every lease that is given while it is away is another's: all of theirs arrive
      var others = new ArrayList<Sent>();
      for (var i = 0; i < OTHERS; i++) others.add(office.send("t", "m" + i));
      for (var one : others) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(IntStream.range(0, OTHERS).mapToObj(i -> "m" + i).toList(), handled);
      assertEquals(
          WAITING, number(office.sender, "SELECT count(*) FROM task WHERE attempt + origin = 0"));
      // until it comes; a receiver has one stream of a sender at a time
      office.calls.forEach(DuplexPair::cut);
      office.absent = _ -> false;
      office.outbound.linkUp(AWAY);
      for (var one : waiting) assertEquals(Result.ok(), one.await(PATIENCE));
      assertEquals(
          IntStream.range(0, WAITING).mapToObj(i -> "w" + i).toList(),
          handled.subList(OTHERS, handled.size()));
    }
  }

  /** In another class: to this receiver both peers are one, and a lane of it has one sender. */
  private static Sent toAway(PostOffice office, String body) throws InterruptedException {
    return office
        .outbound
        .send(AWAY, Message.of("t", Bytes.utf8(body)), SendOptions.CONTROL)
        .orThrow();
  }

  private static long commits(PostOffice office) throws InterruptedException {
    return number(office.sender, "SELECT batch FROM progress");
  }
}
