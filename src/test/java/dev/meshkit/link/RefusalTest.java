package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.PoisonFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver will not take: dead at its sender, with the receiver's reason. */
@Timeout(300)
class RefusalTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();

  @Test
  void whatIsRefusedIsDeadWithTheReceiversReason() throws Exception {
    Handler refuse = _ -> new Disposition.Poison(WHY);
    try (var office = new PostOffice(directory, Map.of("bad", refuse))) {
      var refused = office.send("bad", "x").await(PATIENCE);
      assertTrue(refused instanceof Result.Err<?>(var error) && error.why().contains("error.test"));
      assertEquals(List.of("PERMANENT error.test"), dead(office));
    }
  }

  /**
   * A topic that nobody handles holds its lane for 30 s from the receiver's start, uncharged; then
   * its message is dead at its sender, what follows goes on, and a redrive finds a later handler.
   */
  @Test
  void whatNobodyHandlesIsPutOffThenRefusedAndCanBeRedriven() throws Exception {
    try (var office = new PostOffice(directory, Map.of("good", ack()))) {
      var almost = Duration.ofMillis(200); // that long is the pause before it is offered again
      office.receiverClock = Instant.EPOCH.plus(Duration.ofSeconds(30)).minus(almost);
      var early = office.send("nobody", "y");
      var behind = office.send("good", "z");
      await().until(() -> busy(office) >= 2);
      assertEquals(0, number(office.sender, "SELECT attempt FROM task ORDER BY seq LIMIT 1"));
      assertEquals(List.of(), handled);
      office.receiverClock = office.receiverClock.plus(almost);
      var refused = early.await(PATIENCE);
      assertTrue(refused instanceof Result.Err<?>(var error) && error.why().contains("'nobody'"));
      assertEquals(Result.ok(), behind.await(PATIENCE));
      assertEquals(List.of("PERMANENT error.topic.unknown"), dead(office));
      assertEquals(List.of("z"), handled);
    }
    try (var office = new PostOffice(directory, Map.of("nobody", ack()))) {
      office.queue.poison().redrive(PoisonFilter.ALL, new Audit("test", "handled now")).orThrow();
      office.outbound.look();
      await().until(() -> number(office.sender, "SELECT count(*) FROM task") == 0);
      assertEquals(List.of("z", "y"), handled);
      assertEquals(List.of(), dead(office));
    }
  }

  /** The 30 s are of the receiver's start, not of the message: a late one is refused at once. */
  @Test
  void aMessageForNobodyHoldsNothingUpAtANodeThatHasRunForAWhile() throws Exception {
    try (var office = new PostOffice(directory, Map.of("good", ack()))) {
      office.receiverClock = Instant.EPOCH.plus(Duration.ofSeconds(30));
      office.send("nobody", "y");
      assertEquals(Result.ok(), office.send("good", "z").await(PATIENCE));
      assertEquals(List.of("PERMANENT error.topic.unknown"), dead(office));
      assertEquals(0, busy(office));
    }
  }

  private static List<String> dead(PostOffice office) throws InterruptedException {
    return office.queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow().stream()
        .map(task -> task.reason() + " " + task.code())
        .toList();
  }

  /** How often the receiver has put a message off. */
  private static long busy(PostOffice office) {
    var counted = Pattern.compile("verdict=\"BUSY\"\\} (\\d+)").matcher(office.meters.scrape());
    return counted.find() ? Long.parseLong(counted.group(1)) : 0;
  }

  private Handler ack() {
    return message -> {
      handled.add(message.message().body().utf8());
      return Ack.plain();
    };
  }
}
