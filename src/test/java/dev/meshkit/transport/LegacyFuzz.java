package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;

/** T35: whatever comes on a legacy socket, each frame is one that is written so, or is refused. */
public final class LegacyFuzz implements FuzzTarget {
  @Override
  public void run(byte[] input) throws Exception {
    var in = new DataInputStream(new ByteArrayInputStream(input));
    var read = new ByteArrayOutputStream();
    try {
      while (true) {
        var frame = LegacyFrame.read(in);
        frame.write(new DataOutputStream(read));
        body(frame);
      }
    } catch (ProtocolException | EOFException end) { // the two ways in which it may end
      var whole = read.toByteArray();
      assertArrayEquals(Arrays.copyOf(input, whole.length), whole);
    }
  }

  private static void body(LegacyFrame frame) throws IOException {
    try {
      switch (frame.type()) {
        case HELLO -> LegacyBody.family(LegacyBody.tagged(frame.body()).number());
        case REQ -> LegacyBody.tagged(frame.body());
        case ERR, CANCEL -> LegacyBody.status(frame.body());
        case CREDIT -> LegacyBody.credit(frame.body());
        case STREAM, ELECT, DELIVER, RESP, PING, PONG, GOAWAY -> {}
      }
    } catch (ProtocolException refused) {
      return; // which ends the connection
    }
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    var out = new ByteArrayOutputStream();
    var data = new DataOutputStream(out);
    LegacyFrame.of(Kind.HELLO, 0).write(data);
    new LegacyFrame(Kind.HELLO, 1, LegacyBody.tagged(1, Bytes.utf8("hello"))).write(data);
    new LegacyFrame(Kind.CREDIT, 1, LegacyBody.credit(16, 1 << 10)).write(data);
    new LegacyFrame(Kind.STREAM, 1, Bytes.utf8("frame")).write(data);
    var why = Status.UNAVAILABLE.withDescription("MK-NET-009");
    new LegacyFrame(Kind.ERR, 0, LegacyBody.status(why)).write(data);
    return List.of(out.toByteArray());
  }
}
