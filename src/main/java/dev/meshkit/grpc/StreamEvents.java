package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3Headers;

/**
 * What a request stream tells its call, on the event loop. Nothing is to be done there but to put
 * it on the call's lane; {@link #flush} ends a burst.
 */
interface StreamEvents {
  /** A field section: request, response, or trailers. */
  void headers(Http3Headers fields);

  /** Bytes of the body; the receiver owns them now. */
  void data(ByteBuf bytes);

  /** The other side sent FIN: nothing follows. */
  void end();

  /**
   * The stream is gone. {@code cause} is what it means for a client whose answer is not complete.
   */
  void lost(Status cause);

  /** The stream has room again; acted upon at once. */
  void ready();

  /** The last of what we sent has been taken by QUIC. */
  void finished();

  /** Another 250 ms have passed. */
  void tick();

  /** Everything told so far may be acted upon. */
  void flush();
}
