package dev.meshkit.cli;

import com.google.protobuf.ByteString;
import dev.meshkit.control.proto.SendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends messages through the agents' admin sockets and enters in the ledger what they promise. */
final class DemoTraffic {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FLOW_PAUSE = Duration.ofMillis(10);

  private final DemoMesh mesh;
  private final DemoLedger ledger;
  private final AtomicInteger number = new AtomicInteger();

  /** Traffic on {@code mesh}, entered in {@code ledger}. */
  DemoTraffic(DemoMesh mesh, DemoLedger ledger) {
    this.mesh = mesh;
    this.ledger = ledger;
  }

  /** Sends one message; whether the sender's node promised it. */
  boolean send(DemoNode from, DemoNode to) {
    var body = from + ">" + to + "#" + number.incrementAndGet();
    var letter = new DemoLedger.Letter(to.name(), body);
    var request =
        SendRequest.newBuilder()
            .setTo(to.id().toString())
            .setMessageKind(Letterbox.KIND)
            .setBody(ByteString.copyFromUtf8(body))
            .build();
    ledger.tried(letter);
    var sent = mesh.ask(from).ask("sending", PATIENCE, node -> node.send(request)).isOk();
    if (sent) ledger.promised(letter);
    return sent;
  }

  /** Sends {@code times} messages, a few at once; how many were promised. */
  int send(DemoNode from, DemoNode to, int times) throws InterruptedException {
    var left = new AtomicInteger(times);
    var promised = new AtomicInteger();
    var senders = new ArrayList<Thread>();
    for (var i = 0; i < 8; i++) {
      senders.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (left.getAndDecrement() > 0) {
                      if (send(from, to)) promised.incrementAndGet();
                    }
                  }));
    }
    for (var sender : senders) sender.join();
    return promised.get();
  }

  /** Sends {@code times} messages for each ordered pair; how many were promised. */
  int sendAll(int times) throws InterruptedException {
    var promised = new AtomicInteger();
    var senders = new ArrayList<Thread>();
    for (var from : mesh.nodes()) {
      senders.add(Thread.ofVirtual().start(() -> promised.addAndGet(toOthers(from, times))));
    }
    for (var sender : senders) sender.join();
    return promised.get();
  }

  private int toOthers(DemoNode from, int times) {
    var promised = 0;
    for (var i = 0; i < times; i++) {
      for (var to : others(from)) if (send(from, to)) promised++;
    }
    return promised;
  }

  private List<DemoNode> others(DemoNode from) {
    return mesh.nodes().stream().filter(to -> !to.equals(from)).toList();
  }

  /** A flow from every live node to every other, until it is closed. */
  Flow flow() {
    var flow = new Flow(new AtomicBoolean(true), new ArrayList<>());
    for (var from : mesh.nodes()) {
      flow.senders.add(Thread.ofVirtual().start(() -> flow(from, flow.on)));
    }
    return flow;
  }

  private void flow(DemoNode from, AtomicBoolean on) {
    try {
      while (on.get()) {
        for (var to : others(from)) {
          if (on.get() && mesh.isAlive(from)) send(from, to);
          Thread.sleep(FLOW_PAUSE);
        }
      }
    } catch (InterruptedException _) {
      return; // the demo is over
    }
  }

  /**
   * Messages that keep coming.
   *
   * @param on whether they still do
   * @param senders a thread a node
   */
  record Flow(AtomicBoolean on, List<Thread> senders) {
    /** Ends it and waits for the last answer. */
    void stop() throws InterruptedException {
      on.set(false);
      for (var sender : senders) sender.join();
    }
  }
}
