package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.meshkit.grpc.testproto.Ask;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** T18: requests that come after the last GOAWAY. */
@Timeout(60)
class RejectionTest {
  private static final int LATE = 20;

  private final ProbeService service = new ProbeService();
  private final Logger netty =
      (Logger) LoggerFactory.getLogger("io.netty.channel.DefaultChannelPipeline");
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    appender.start();
    netty.setLevel(Level.DEBUG);
    netty.addAppender(appender);
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
    netty.detachAppender(appender);
    netty.setLevel(null);
  }

  /**
   * They are told REQUEST_REJECTED, and nothing of them is left that could take what still comes:
   * neither their data nor their client's answer to STOP_SENDING becomes a line of the log each,
   * which a hostile client would write as many of as it likes.
   */
  @Test
  void whatStillComesOnARejectedStreamConcernsNobody() throws Exception {
    var server = mesh.start(mesh.server().addService(service));
    var identity = mesh.ca.identity("spiffe://test/stranger");
    try (var client = new RawClient(Meshless.addressOf(server), identity)) {
      var silent = client.bare(); // keeps the connection
      silent.all(
          KwikClient.head(KwikClient.UNARY),
          KwikClient.message(Ask.newBuilder().setSilent(true).build()));
      assertTrue(service.arrived.await(20, TimeUnit.SECONDS));
      server.shutdown();
      Awaitility.await().until(() -> client.goAways().size() == 2);
      var late = new ArrayList<RawClient.Stream>();
      for (var i = 0; i < LATE; i++) {
        late.add(client.bare());
        late.getLast().some(KwikClient.head(KwikClient.UNARY)); // without an end, so it is reset
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> late.stream().noneMatch(stream -> stream.read.isEmpty()));
      for (var stream : late) assertEquals(List.of("reset 0x10b"), List.copyOf(stream.read));
      silent.stopSending(Http3ErrorCode.H3_REQUEST_CANCELLED.code()); // behind all those resets
      assertTrue(service.cancelled.await(20, TimeUnit.SECONDS));
    }
    assertEquals(List.of(), logged);
  }
}
