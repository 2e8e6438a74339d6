package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server dies without a word and another takes its address: its hint tells the clients at once.
 * Here nobody hears the old server's farewell, because the path is cut while it says it.
 */
@Timeout(120)
class RestartTest {
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** The fault table's restart: by the hint and not by a timeout, and then served as before. */
  @Test
  void openCallsEndByTheHintAndTheNextOnesReachTheNewServer() throws Exception {
    var first = mesh.start(mesh.server().addService(new ProbeService()));
    try (var path = new UdpPath(Meshless.addressOf(first))) {
      var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(path.port())));
      var open = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < 32; i++) open.add(talk(stub));
      for (var answers : open) answers.next();
      restart(first, path);
      for (var answers : open) assertForgotten(answers.status());
      assertServed(stub);
    }
  }

  /** The same under load: calls that wait for a connection notice nothing but a pause. */
  @Test
  void aRestartUnderLoadFailsOnlyCallsThatWereOpen() throws Exception {
    var first = mesh.start(mesh.server().addService(new ProbeService()));
    try (var path = new UdpPath(Meshless.addressOf(first))) {
      var channel = mesh.open(mesh.channel(path.port()));
      List<io.grpc.StatusRuntimeException> failures;
      try (var load = Load.patient(channel, 16)) {
        load.awaitMore(100);
        restart(first, path);
        var done = load.done();
        org.awaitility.Awaitility.await()
            .atMost(java.time.Duration.ofSeconds(60))
            .until(() -> load.done() >= done + 100);
        failures = load.failures();
      }
      assertTrue(failures.size() <= 16, () -> "more failed than were open: " + failures.size());
      for (var failure : failures) assertForgotten(failure.getStatus());
    }
  }

  private void restart(io.grpc.Server old, UdpPath path) throws Exception {
    var port = old.getPort();
    path.cut();
    old.shutdownNow();
    assertTrue(old.awaitTermination(20, TimeUnit.SECONDS));
    mesh.start(mesh.server(port).addService(new ProbeService()));
    path.mend();
  }

  private static Recorder<Answer> talk(ProbeGrpc.ProbeStub stub) {
    var answers = new Recorder<Answer>();
    stub.talk(answers).onNext(Ask.getDefaultInstance());
    return answers;
  }

  private static void assertForgotten(Status status) {
    assertEquals(Status.Code.UNAVAILABLE, status.getCode(), status::toString);
    var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
    assertEquals(Kind.CLOSED, cause.kind(), cause::toString); // a timeout would be TIMEOUT
    assertTrue(String.valueOf(status.getDescription()).contains("was restarted"), status::toString);
  }

  private static void assertServed(ProbeGrpc.ProbeStub stub) throws InterruptedException {
    var answers = new Recorder<Answer>();
    stub.withWaitForReady().unary(Ask.getDefaultInstance(), answers);
    assertEquals(Status.OK, answers.status());
  }
}
