package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.StagedCall;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * T30, and the fault table's writer that throws while its reader is alive: the reader ends with it,
 * the stream is opened anew, and where frames arrive stays open.
 */
@Timeout(60)
class WriterFaultTest {
  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host);

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"STREAM, true", "STREAM, false", "ELECT, true", "ELECT, false"})
  void aWriterThatThrowsTakesItsReaderAlong(Family family, boolean ready) {
    // given a stream that the peer opened, whose reader hears what comes
    var call = StagedCall.faulty(B, family, ready);
    var line = new Line(dialler.context, B, family);
    line.adopt(call.stream(), HelloRules.ours(LinkOptions.of(B, Lab.CLUSTER)));
    line.want();
    var faulty = line.life().orElseThrow();
    call.arrive(Bytes.utf8("before"));
    await().until(() -> dialler.heard.contains(family + " before"));
    // when what is sent throws: at once, or once the writer has waited for the peer to keep up
    assertTrue(line.send("", Bytes.utf8("x")));
    if (!ready) call.getReady();
    // then the call ends as the failure that it is, and another takes its place
    await().until(() -> line.life().filter(life -> life != faulty).isPresent());
    assertEquals(Status.Code.INTERNAL, call.stream().ended().map(Status::getCode).orElseThrow());
    assertNotSame(call.stream(), line.life().orElseThrow().stream());
    // on which frames arrive as before, and on the first none does
    call.arrive(Bytes.utf8("too late"));
    host.stream(family).orElseThrow().offer(Bytes.utf8("after"));
    await().until(() -> dialler.heard.contains(family + " after"));
    assertEquals(2, dialler.heard.size(), dialler.heard::toString);
    line.close();
  }
}
