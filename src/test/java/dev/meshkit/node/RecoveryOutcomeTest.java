package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E29: what an operator hears of a recovery that does not end as it was wished. */
final class RecoveryOutcomeTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final NodeId N4 = NodeId.of("eu", "n4");

  /** A promise lasts so long that whatever a test does is done before. */
  private static final Profile SLOW = Profile.WAN;

  @TempDir Path directory;

  /** N1 of three, alone, is told to go on, and asks; gossip shows N4, which does not vote. */
  private static CompletableFuture<Result<Recovered>> asking(ElectionFixture mesh)
      throws InterruptedException {
    mesh.start(N1);
    var told =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return recover(mesh);
              } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
              }
            },
            Thread::startVirtualThread);
    await().until(() -> mesh.surveyed.containsKey(N4));
    return told;
  }

  private static Result<Recovered> recover(ElectionFixture mesh) throws InterruptedException {
    RecoveryDesk.Whole nobody = ask -> fail("it was asked: " + ask);
    var other = RecoveryDeskTest.member(N4, Member.Status.ALIVE);
    var within = Duration.ofMinutes(5);
    return RecoveryDeskTest.recover(mesh, N1, "dev", false, within, nobody, List.of(), other);
  }

  /** Somebody leads, by the word of one who follows: it is told at once, and nothing has begun. */
  @Test
  void whoeverLeadsIsNamedByWhoFollows() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, SLOW)) {
      var told = asking(mesh);
      var election = mesh.running.get(N1).election();
      var record = election.view().record();
      var content = record.content();
      var header =
          new Header(
              ElectionFixture.SCOPE,
              content.generation(),
              content.genesis(),
              election.view().term(),
              record.id(),
              mesh.running.get(N1).store().uuid());
      var survey = mesh.surveyed.get(N2);
      var word = new Frame.Withholds(survey, Why.PROMISE, Duration.ofMillis(90));
      election.inputs().offer(new Input.Received(N2, new Frame(header, word)));
      await().until(told::isDone);
      var refused = (Result.Err<Recovered>) told.get();
      assertEquals(
          "eu/n2 leads or follows a leader: if that is gone, its word ends in 90 ms",
          refused.error().why());
      assertEquals(1, election.view().record().content().generation());
      assertEquals(
          List.of(),
          mesh.events.stream().filter(e -> e.type().equals("leader.recovered")).toList());
    }
  }

  /** The node ends meanwhile: nobody waits for what cannot come, and nobody asks it again. */
  @Test
  void theEndOfTheNodeEndsTheWait() throws Exception {
    try (var mesh = new ElectionFixture(directory, 3, SLOW)) {
      var told = asking(mesh);
      var one = mesh.running.get(N1);
      for (var thread : one.threads()) thread.interrupt();
      await().until(told::isDone);
      var late = (Result.Err<Recovered>) told.get();
      assertInstanceOf(MeshError.TimedOut.class, late.error(), late::toString);
      await().until(one.election()::isOver);
      var again = (Result.Err<Recovered>) recover(mesh);
      assertEquals("this node is stopping", again.error().why());
    }
  }
}
