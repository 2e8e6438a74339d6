package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;

/** What a call asks of its stream. */
sealed interface StreamCommand {
  /** Send a field section. */
  record Fields(Http3Headers fields) implements StreamCommand {}

  /** Send a framed message. */
  record Message(ByteBuf frame) implements StreamCommand {}

  /** End our half. */
  record Finish() implements StreamCommand {}

  /** Give both halves up. */
  record Abort(Http3ErrorCode code) implements StreamCommand {}

  /** The answer is complete: give our half up if it is still open. */
  record Done() implements StreamCommand {}

  /** The call has room again. */
  record ReadOn() implements StreamCommand {}
}
