package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.transport.Family;
import dev.meshkit.transport.PlayedRoad;
import dev.meshkit.transport.Road;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T34: wherever a stream of ours is opened, those who wait for a road of ours to carry something
 * hear of it; else what is on the peer's own would stay there, and two roads for ever.
 */
@Timeout(60)
class LineMoveTest {
  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host);

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  @Test
  void aStreamThatIsOpenedOnAnotherRoadIsNewsAsTheFirstWas() throws Exception {
    // given a stream, which was news
    var line = new Line(dialler.context, B, Family.STREAM);
    line.want();
    await().until(() -> dialler.gathered.equals(List.of(B)));
    // when it moves, then that is news at once
    var other = new PlayedRoad(dialler.roads().to(B).orThrow(), Host.hello(B), true).road();
    line.move(other);
    assertEquals(other, road(line));
    assertEquals(List.of(B, B), dialler.gathered);
    // and so is when it catches up because that road was left
    other.retire();
    line.follow();
    await().until(() -> dialler.gathered.equals(List.of(B, B, B)));
    assertEquals(dialler.roads().to(B).orThrow(), road(line));
    line.close();
  }

  private static Road road(Line line) {
    return line.life().flatMap(Life::road).orElseThrow();
  }
}
