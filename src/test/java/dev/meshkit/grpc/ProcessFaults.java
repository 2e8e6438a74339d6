package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What happens to a server's process, seen by its client: killed and restarted, stopped and
 * continued. Each round has calls open on the connection that is struck.
 */
public final class ProcessFaults {
  private static final int CALLS = 32;
  private static final int LEAST_ROUNDS = 5;
  private static final long MOST_LOSS_MS = 4_500; // transport.md, faults
  private static final long MOST_REDIAL_MS = 200;

  private final Meshless mesh = new Meshless();
  private final Path store;
  private final List<String> broken = new ArrayList<>();
  private final List<Long> losses = new ArrayList<>();
  private final List<Long> redials = new ArrayList<>(); // ms after the hint

  private ProcessFaults(Path directory) throws Exception {
    store = ServerProcess.store(directory, mesh.ca, Meshless.SERVER);
  }

  /** Plays so many rounds of both; what went wrong. */
  public static List<String> run(int rounds) throws Exception {
    var faults = new ProcessFaults(Files.createTempDirectory("faults"));
    try {
      for (var i = 0; i < rounds; i++) {
        faults.killAndRestart();
        faults.stopAndContinue();
      }
    } finally {
      faults.mesh.close();
    }
    faults.judge(rounds);
    return faults.broken;
  }

  /** A single round is no measurement; of several the median is. */
  private void judge(int rounds) {
    losses.sort(null);
    System.out.println("a stopped server was lost in so many ms: " + losses);
    if (rounds >= LEAST_ROUNDS && losses.get(rounds / 2) > MOST_LOSS_MS) {
      broken.add("a stopped server is lost too late: " + losses);
    }
    redials.sort(null);
    System.out.println("redialled so many ms after the hint: " + redials);
    if (redials.contains(-1L)) broken.add("no hint, or no redial after it: " + redials);
    if (rounds >= LEAST_ROUNDS && redials.get(rounds / 2) > MOST_REDIAL_MS) {
      broken.add("redials take too long after the hint: " + redials);
    }
  }

  private void killAndRestart() throws Exception {
    var first = ServerProcess.start(store, 0);
    var address = new InetSocketAddress("127.0.0.1", first.port());
    try (first;
        var path = new UdpPath(address)) {
      var patient = mesh.channel(path.port()).keepAliveTimeout(1, TimeUnit.MINUTES);
      var channel = mesh.open(patient); // so that the hint tells it, however slowly a server starts
      var open = open(channel);
      settle(channel);
      first.kill();
      try (var second = ServerProcess.start(store, first.port())) {
        var restarted = System.nanoTime();
        unavailable(open, "killed and restarted");
        var told = System.nanoTime();
        served(channel);
        redials.add(path.redialMs());
        System.out.printf(
            "killed: after the restart calls were told in %d ms, the next one answered in %d ms%n",
            ms(restarted, told), ms(told, System.nanoTime()));
        second.signal("CONT"); // it is still there
      }
      channel.shutdownNow();
    }
  }

  private void stopAndContinue() throws Exception {
    try (var server = ServerProcess.start(store, 0)) {
      var channel = mesh.open(mesh.channel(server.port()));
      var open = open(channel);
      server.signal("STOP");
      var stopped = System.nanoTime();
      unavailable(open, "stopped");
      var lost = System.nanoTime();
      losses.add(ms(stopped, lost));
      server.signal("CONT");
      served(channel);
      System.out.printf(
          "stopped: lost in %d ms; continued: answered in %d ms%n",
          ms(stopped, lost), ms(lost, System.nanoTime()));
      channel.shutdownNow();
    }
  }

  private static long ms(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from);
  }

  private static List<Recorder<Answer>> open(ManagedChannel channel) throws InterruptedException {
    var all = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < CALLS; i++) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(channel).talk(answers).onNext(Ask.getDefaultInstance());
      all.add(answers);
    }
    for (var answers : all) answers.next();
    return all;
  }

  /** Until QUIC's round-trip time is the path's, not that of a server which has just started. */
  private void settle(ManagedChannel channel) throws InterruptedException {
    for (var i = 0; i < 200; i++) served(channel);
  }

  private void unavailable(List<Recorder<Answer>> calls, String fault) throws InterruptedException {
    for (var answers : calls) {
      var status = answers.status();
      if (status.getCode() != Status.Code.UNAVAILABLE) broken.add(fault + ": " + status);
    }
  }

  /** A call that waits for the connection is served by it. */
  private void served(ManagedChannel channel) throws InterruptedException {
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance(), answers);
    if (!answers.status().isOk()) broken.add("not served afterwards: " + answers.status());
  }
}
