package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Stopped;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E3: what keeps a vote from being saved ends the node as a failure of its store. */
@Timeout(120)
final class ClosedVotesTest {
  @TempDir Path directory;

  /** Even if the store has nothing to say: it was closed, or takes none for another reason. */
  @Test
  void aScopeWhoseStoreTakesNothingMoreEndsAsAStoreThatFailed() throws Exception {
    try (var mesh = new ElectionFixture(directory, 1)) {
      // given a voter alone, who leads and asks its disk each second
      var voter = mesh.start(NodeId.of("eu", "n1"));
      await().until(() -> voter.election().authority().isPresent());
      // when its store is closed in order, so that there is no failure to name
      voter.store().close();
      await().until(() -> !voter.failures().isEmpty());
      // then its loop ends by that, and the node with the exit code of a store
      var stopped = Node.why(new IllegalStateException(voter.failures().getFirst()));
      var error = assertInstanceOf(Stopped.StoreFailed.class, stopped).error();
      assertTrue(error.text().contains("election.db takes no more writes"), error.text());
      assertTrue(voter.election().authority().isEmpty());
    }
  }
}
