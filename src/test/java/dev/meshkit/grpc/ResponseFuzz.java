package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * T5, T7: whatever a server answers, in whatever order, the call ends once, with a status, and as
 * OK only where the server said so; no message exceeds the demand, and every buffer is given back.
 *
 * <p>Input: steps; each is what comes (fields, data, a lost stream) or what the caller does.
 */
public final class ResponseFuzz implements FuzzTarget {
  private static final MethodDescriptor<Ask, Answer> METHOD = ProbeGrpc.getDownloadMethod();
  private static final int FIELDS = 0;
  private static final int DATA = 1;
  private static final int REQUEST = 2;
  private static final int LOST = 3;

  @Override
  public void run(byte[] bytes) {
    var input = new Input(bytes);
    var channel = new EmbeddedChannel();
    var call =
        new Call(
            new CallStream(false, new Commands(channel.eventLoop(), new Tallies()), new Deaf()));
    while (input.hasMore()) call.take(input);
    call.finish();
    channel.close();
  }

  /** A stream that is never opened tells nothing. */
  private static final class Deaf implements StreamEvents {
    @Override
    public void headers(Http3Headers fields) {}

    @Override
    public void data(ByteBuf bytes) {}

    @Override
    public void end() {}

    @Override
    public void lost(Status cause) {}

    @Override
    public void ready() {}

    @Override
    public void finished() {}

    @Override
    public void tick() {}

    @Override
    public void flush() {}
  }

  /** One call, and what its caller hears. */
  private static final class Call extends ClientCall.Listener<Answer> {
    private final ResponseReader<Answer> reader;
    private final List<ByteBuf> buffers = new ArrayList<>();
    private int wanted;
    private int heads;
    private int closes;
    private boolean saidOk;

    Call(CallStream stream) {
      var terms =
          new ResponseReader.Terms(
              new Limits(1_000, 1_000), Codecs.defaults(), () -> ClientTracing.NONE);
      reader = new ResponseReader<>(stream, METHOD, terms);
      reader.listener(this);
    }

    void take(Input input) {
      switch (input.octet() % 4) {
        case FIELDS -> reader.headers(fields(input));
        case DATA -> {
          var bytes = Unpooled.copiedBuffer(input.some());
          buffers.add(bytes);
          reader.data(bytes.retain());
        }
        case REQUEST -> request(1 + input.octet() % 4);
        default -> reader.lost(StatusMapping.ofReset(input.octet() + 0x100L));
      }
      turn();
    }

    private Http3Headers fields(Input input) {
      Http3Headers fields = new DefaultHttp3Headers(false);
      for (var left = input.octet() % 8; left > 0; left--) fields.add(input.latin(), input.latin());
      var status = fields.get("grpc-status");
      saidOk |= status != null && status.toString().matches("00?");
      return fields;
    }

    private void request(int messages) {
      wanted += messages;
      reader.request(messages);
    }

    /** As the call does at the end of a burst. */
    private void turn() {
      reader.deliver();
      var end = reader.ended();
      if (end != null) reader.close(end);
    }

    /** FIN, and a caller that takes all there is. */
    void finish() {
      reader.end();
      request(Integer.MAX_VALUE >> 1);
      turn();
      assertEquals(1, closes);
      for (var buffer : buffers) {
        assertEquals(1, buffer.refCnt(), "a buffer leaked or was freed twice");
        buffer.release();
      }
    }

    @Override
    public void onHeaders(Metadata headers) {
      heads++;
      assertEquals(1, heads);
      assertEquals(0, closes);
    }

    @Override
    public void onMessage(Answer message) {
      wanted--;
      assertTrue(wanted >= 0, "a message that nobody asked for");
      assertEquals(0, closes);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closes++;
      assertTrue(!status.isOk() || saidOk, "OK that nobody said");
    }
  }

  @Override
  public List<byte[]> seeds() {
    var head = fields(":status", "200", "content-type", "application/grpc");
    var zipped =
        fields(":status", "200", "content-type", "application/grpc", "grpc-encoding", "gzip");
    var ok = fields("grpc-status", "0", "k-bin", "AQ");
    var failed = fields("grpc-status", "5", "grpc-message", "no%20such");
    var message = data(0, 0, 0, 0, 2, 0x10, 7);
    return List.of(
        steps(head, new byte[] {REQUEST, 1}, message, message, ok),
        steps(head, message, message, ok, new byte[] {REQUEST, 3}),
        steps(head, failed),
        steps(zipped, new byte[] {REQUEST, 0}, data(1, 0, 0, 0, 1, 7), ok),
        steps(fields(":status", "200", "content-type", "application/grpc", "grpc-status", "0")),
        steps(fields(":status", "503")),
        steps(fields(":status", "103"), head, ok),
        steps(fields(":status", "200", "content-type", "text/html")),
        steps(head, new byte[] {REQUEST, 0}, data(0, 0, 0, 0), data(2, 9), ok),
        steps(head, new byte[] {LOST, 0x0C}),
        steps(head, new byte[] {REQUEST, 0}, data(0, 0, 1, 0, 0), ok));
  }

  private static byte[] fields(String... fields) {
    var out = new ByteArrayOutputStream();
    out.write(FIELDS);
    out.write(fields.length / 2);
    for (var text : fields) {
      out.write(text.length());
      out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return out.toByteArray();
  }

  private static byte[] data(int... octets) {
    var out = new ByteArrayOutputStream();
    out.write(DATA);
    out.write(octets.length);
    for (var octet : octets) out.write(octet);
    return out.toByteArray();
  }

  private static byte[] steps(byte[]... steps) {
    var out = new ByteArrayOutputStream();
    for (var step : steps) out.writeBytes(step);
    return out.toByteArray();
  }
}
