package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.PlayedRoad;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T33: of many who send on one stream none sends more than the peer has room for. */
@Timeout(60)
class LifeTest {
  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host);

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  /** On a legacy connection, more than was paid for costs all of it. */
  @Test
  void ofTwoWhoSendAtOnceWhereThereIsRoomForOneFrameOneWaits() throws Exception {
    // given a stream on which whoever offers a frame sends it, and then room for one frame
    var played = new PlayedRoad(dialler.roads().to(B).orThrow(), Host.hello(B), true);
    var life = Life.open(dialler.context, played.road(), Family.STREAM).orThrow();
    var call = played.call();
    var running = Thread.ofVirtual().start(() -> run(life));
    await()
        .until(
            () -> {
              life.send("", Bytes.utf8("before"));
              return call.isSentBy(Thread.currentThread());
            });
    var before = call.sent().size();
    // when one uses it, and a second sends who has looked before that
    call.roomForOne(() -> life.send("", Bytes.utf8("second")));
    life.send("", Bytes.utf8("first"));
    // then one frame is sent, and the other as soon as there is room again
    assertEquals(before + 1, call.sent().size(), call.sent()::toString);
    call.keepUp();
    await().until(() -> call.sent().size() == before + 2);
    assertEquals(List.of("first", "second"), call.sent().subList(before, before + 2));
    life.retire();
    running.join();
  }

  private static void run(Life life) {
    try {
      life.run();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }
}
