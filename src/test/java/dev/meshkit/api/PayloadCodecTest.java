package dev.meshkit.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values as bodies: bytes, text, and whatever two functions make of it. */
class PayloadCodecTest {
  private static final PayloadCodec<StringValue> PROTOBUF =
      PayloadCodec.of(StringValue::toByteArray, StringValue::parseFrom);

  @Test
  void valuesComeOutAsTheyWentIn() {
    var bytes = Bytes.of(new byte[] {0, -1, 7});
    assertEquals(Result.ok(bytes), PayloadCodec.BYTES.decode(PayloadCodec.BYTES.encode(bytes)));
    var text = "größe 🚀";
    assertEquals(Result.ok(text), PayloadCodec.UTF8.decode(PayloadCodec.UTF8.encode(text)));
    var value = StringValue.of("x");
    assertEquals(Result.ok(value), PROTOBUF.decode(PROTOBUF.message("t", value).body()));
  }

  @Test
  void aHandlerOfValuesGetsThemAndRefusesWhatIsNone() throws Exception {
    var got = new ArrayList<String>();
    var handler =
        PROTOBUF.handler(
            (value, received) -> {
              got.add(received.from() + " " + value.getValue());
              return Ack.plain();
            });
    assertTrue(handler.handle(received(PROTOBUF.encode(StringValue.of("x")))) instanceof Ack);
    var refused = handler.handle(received(Bytes.of(new byte[] {1, 2, 3})));
    assertTrue(refused instanceof Poison(var why) && why.code().equals("error.payload.malformed"));
    assertEquals(1, got.size());
    assertEquals("eu/a x", got.getFirst());
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    var broken = PayloadCodec.UTF8.decode(Bytes.of(new byte[] {(byte) 0xc3, 0x28}));
    assertTrue(broken instanceof Result.Err<?>(var why) && why.retry() == MeshError.Retry.NEVER);
  }

  /** A node that stops while a body is read must not have refused it for good. */
  @Test
  void anInterruptedParserRefusesNothing() {
    PayloadCodec<String> slow =
        PayloadCodec.of(
            text -> new byte[0],
            _ -> {
              throw new InterruptedException("planted");
            });
    var handler = slow.handler((_, _) -> Ack.plain());
    assertThrows(InterruptedException.class, () -> handler.handle(received(Bytes.EMPTY)));
  }

  private static Received received(Bytes body) {
    var token = new Token(Bytes.of(new byte[16]));
    return new Received(NodeId.of("eu", "a"), new Message("t", body, Map.of()), token, 1);
  }
}
