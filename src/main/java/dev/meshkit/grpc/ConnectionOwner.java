package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** Whoever dialled or accepted a connection. Everything here is called on the connection's loop. */
interface ConnectionOwner {
  /** Whether one more connection may be used, now that its peer is admitted. */
  boolean hasRoom(Connection connection);

  /** The HTTP/3 handler of an admitted connection. */
  ChannelHandler http3(Connection connection);

  /** Serves a request stream that the peer has opened; false if it may open none. */
  boolean serves(Connection connection, QuicStreamChannel stream);

  /** The peer is admitted on both sides and its SETTINGS are here. */
  void usable(Connection connection);

  /** More streams may be opened than before. */
  void roomForStreams(Connection connection);

  /** The peer wants no new streams here. */
  void draining(Connection connection);

  /** Another 250 ms have passed on a live connection. */
  void ticked(Connection connection);

  /** The peer floods a connection, which is closed for that next. */
  void flooded(Connection connection);

  /** The connection is gone. */
  void lost(Connection connection, Http3ConnectException cause);
}
