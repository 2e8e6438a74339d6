package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.StagedCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/**
 * {@code make chaos CASE=road-bounds ARGS=10}: what the design promises of roads in numbers. With
 * UDP blocked HTTP/2 carries the streams within 2.5 s (T26); a direction of a stream that fails
 * ends the other within 100 ms, of whatever family it is (T30). The worst of all rounds counts.
 */
public final class RoadBounds {
  private static final double H2_MS = 2_500;
  private static final double OTHER_DIRECTION_MS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private RoadBounds() {}

  /** So many rounds of each; what took too long. */
  public static List<String> run(int rounds) throws Exception {
    var broken = new ArrayList<String>();
    judge("HTTP/2 where UDP is blocked", H2_MS, rounds, RoadBounds::fallBack, broken);
    for (var fails : Fails.values()) {
      for (var family : Family.values()) {
        var name = "the other direction of %s when one fails to %s".formatted(family, fails);
        judge(name, OTHER_DIRECTION_MS, 10 * rounds, () -> endOther(family, fails), broken);
      }
    }
    return broken;
  }

  private static double endOther(Family family, Fails fails) throws Exception {
    return family == Family.DELIVER ? endOther(fails) : endOtherOfLife(family, fails);
  }

  /** From the failure on until the call is over, which it is when both directions have ended. */
  private static double endOtherOfLife(Family family, Fails fails) throws InterruptedException {
    try (var lab = new Lab();
        var host = new Host(lab, B);
        var dialler = new Dialler(lab, host)) {
      var call = StagedCall.faulty(B, family, true);
      var line = new Line(dialler.context, B, family);
      line.adopt(call.stream(), HelloRules.ours(LinkOptions.of(B, Lab.CLUSTER)));
      call.arrive(Bytes.utf8("first"));
      until(() -> dialler.heard.size() == 1);
      var from = System.nanoTime();
      switch (fails) {
        case SEND -> line.send("", Bytes.utf8("x"));
        case RECEIVE -> call.arrive(Bytes.utf8("poison"));
      }
      until(() -> call.stream().ended().isPresent());
      return sinceMillis(from);
    }
  }

  private static void until(Callable<Boolean> state) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(state);
  }

  /** One measurement, in milliseconds. */
  @FunctionalInterface
  private interface Round {
    double millis() throws Exception;
  }

  private static void judge(String what, double most, int rounds, Round round, List<String> broken)
      throws Exception {
    round.millis(); // classes
    var millis = new double[rounds];
    for (var i = 0; i < rounds; i++) millis[i] = round.millis();
    Arrays.sort(millis);
    var worst = millis[rounds - 1];
    System.out.printf(
        "%s: median %.1f ms, at most %.1f ms of %.0f, in %d rounds%n",
        what, millis[rounds / 2], worst, most, rounds);
    if (worst > most) broken.add("%s after %.1f ms".formatted(what, worst));
  }

  private static double sinceMillis(long fromNanos) {
    return (System.nanoTime() - fromNanos) / 1e6;
  }

  /** Of two nodes that have never met. */
  private static double fallBack() throws IOException {
    try (var lab = new Lab()) {
      var a = lab.node(A);
      var b = lab.node(B);
      try (var path = new Crossing(b.links.local())) {
        path.cutUdp();
        var from = System.nanoTime();
        a.links.want(Map.of(B, path.at()));
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(5))
            .atMost(PATIENCE)
            .until(() -> a.links.roads().equals(Map.of(B, RoadKind.H2)));
        return sinceMillis(from);
      }
    }
  }

  /** Which direction of a stream breaks, while the other waits for its peer. */
  private enum Fails {
    SEND,
    RECEIVE
  }

  private static double endOther(Fails fails)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "road-bounds");
    try (var office = new PostOffice(directory, Map.of("greet", _ -> Ack.plain()))) {
      var took = new CompletableFuture<Double>();
      office.caller = call -> office.dials.get() == 1 ? new Breaking(call, fails, took) : call;
      var _ = office.send("greet", "hello");
      return took.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** A call that opens as it should; then one direction waits for ever, and the other breaks. */
  private static final class Breaking implements Duplex {
    private final Duplex call;
    private final Fails fails;
    private final CompletableFuture<Double> took;
    private final CountDownLatch waiting = new CountDownLatch(1);
    private volatile long brokenNanos;
    private boolean sent; // the sender's
    private boolean received; // the receiver's

    Breaking(Duplex call, Fails fails, CompletableFuture<Double> took) {
      this.call = call;
      this.fails = fails;
      this.took = took;
    }

    @Override
    public NodeId peer() {
      return call.peer();
    }

    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      if (!sent) {
        sent = true;
        return call.send(frame);
      }
      if (fails == Fails.SEND) breakDown();
      waitForEver();
      return false;
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      if (!received) {
        received = true;
        return call.receive();
      }
      if (fails == Fails.RECEIVE) breakDown();
      waitForEver();
      return Optional.empty();
    }

    private void breakDown() throws InterruptedException {
      waiting.await();
      brokenNanos = System.nanoTime();
      throw new IllegalStateException("planted");
    }

    private void waitForEver() throws InterruptedException {
      try {
        waiting.countDown();
        new CountDownLatch(1).await();
      } finally {
        took.complete(sinceMillis(brokenNanos));
      }
    }

    @Override
    public void close() {
      call.close();
    }
  }
}
