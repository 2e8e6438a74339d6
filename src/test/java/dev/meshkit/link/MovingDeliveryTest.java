package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T34: a sender whose road is retired goes to the next one, between two runs. */
class MovingDeliveryTest {
  @TempDir Path directory;

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler greet =
      message -> {
        handled.add(message.message().body().utf8());
        return Ack.plain();
      };

  @Test
  void aRetiredStreamIsLeftWhenItsRunIsSettled() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", greet))) {
      // given a stream that is in use
      var retired = new AtomicBoolean();
      office.caller = call -> office.dials.get() == 1 ? new Retiring(call, retired) : call;
      assertEquals(Result.ok(), office.send("greet", "one").await(PATIENCE));
      // when its road is retired, and there is more to send
      retired.set(true);
      assertEquals(Result.ok(), office.send("greet", "two").await(PATIENCE));
      assertEquals(Result.ok(), office.send("greet", "three").await(PATIENCE));
      // then the run that was waited for is its last, and all is applied once, in order
      assertEquals(List.of("one", "two", "three"), handled);
      assertEquals(2, office.dials.get());
    }
  }

  /** A stream whose road can be retired. */
  private record Retiring(Duplex call, AtomicBoolean retired) implements Duplex {
    @Override
    public NodeId peer() {
      return call.peer();
    }

    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      return call.send(frame);
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      return call.receive();
    }

    @Override
    public boolean isRetired() {
      return retired.get();
    }

    @Override
    public void close() {
      call.close();
    }
  }
}
