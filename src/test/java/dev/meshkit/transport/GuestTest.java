package dev.meshkit.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Admission;
import dev.meshkit.security.TestCa;
import dev.meshkit.security.TlsCode;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T21: an HTTP/2 peer is looked at each second, and one that is refused loses its calls. */
@Timeout(60)
class GuestTest {
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger away = new AtomicInteger();
  private final RoadTools tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
  private final AtomicReference<Admission> verdict =
      new AtomicReference<>(new Admission.Admitted(new TestCa("test").node(LegacyBed.B).who()));
  private final List<Status> told = new CopyOnWriteArrayList<>();

  /** A call that notes how it was ended. */
  private final class Call extends ServerCall<Bytes, Bytes> {
    @Override
    public void request(int n) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Bytes message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      if (!status.isOk()) told.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Bytes, Bytes> getMethodDescriptor() {
      return Methods.duplex(Family.STREAM);
    }
  }

  private ByteStream call(Guest guest) {
    var call = new RpcLog.Call("m", "eu/b", RoadKind.H2, false);
    var log = new RpcLog(tools, call);
    var stream =
        new ByteStream(
            LegacyBed.B, Family.STREAM, new Wire.Server(new Call(), new Metadata()), log, () -> {});
    guest.calls(stream);
    return stream;
  }

  @Test
  void whoIsRefusedLosesAllItsCallsWithTheCode() {
    try (var rounds = new PeerRounds()) {
      var guest = new Guest(verdict::get, over::get, away::incrementAndGet);
      rounds.add(guest);
      var gone = call(guest);
      gone.close();
      var streams = List.of(call(guest), call(guest));
      assertTrue(streams.stream().allMatch(stream -> stream.ended().isEmpty()));
      verdict.set(new Admission.Refused(TlsCode.EXPIRED, "it ended yesterday"));
      await().until(() -> streams.stream().allMatch(stream -> stream.ended().isPresent()));
      assertEquals(
          List.of("MK-TLS-004 it ended yesterday", "MK-TLS-004 it ended yesterday"),
          told.stream().map(Status::getDescription).toList());
      assertEquals(Status.Code.UNAUTHENTICATED, told.getFirst().getCode());
      // and one that was let in at the last moment goes with the next round
      var late = call(guest);
      await().until(() -> late.ended().isPresent());
    }
  }

  @Test
  void whoseStayIsOverIsSentElsewhereOnceAndKeepsItsCalls() {
    var guest = new Guest(verdict::get, over::get, away::incrementAndGet);
    var stream = call(guest);
    assertTrue(guest.stays());
    assertEquals(0, away.get());
    over.set(true);
    assertTrue(guest.stays());
    assertTrue(guest.stays());
    assertEquals(1, away.get());
    assertTrue(stream.ended().isEmpty());
  }

  @Test
  void aBugInOneLookCostsNobodyElseHis() {
    try (var rounds = new PeerRounds()) {
      rounds.add(
          () -> {
            throw new IllegalStateException("a planted bug");
          });
      verdict.set(new Admission.Refused(TlsCode.EXPIRED, "it ended yesterday"));
      var guest = new Guest(verdict::get, over::get, away::incrementAndGet);
      var stream = call(guest);
      rounds.add(guest);
      await().until(() -> stream.ended().isPresent());
    }
  }
}
