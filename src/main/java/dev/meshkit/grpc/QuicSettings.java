package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.AttributeKey;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The transport and HTTP/3 settings both ends use, and what each is for. */
final class QuicSettings {
  /** The one protocol we negotiate; asserted after every handshake. */
  static final String ALPN = "h3";

  /** Who makes the TLS engine of a dialled connection: one socket serves many identities. */
  static final AttributeKey<Supplier<QuicSslEngine>> ENGINE =
      AttributeKey.valueOf(QuicSettings.class, "ENGINE");

  /** A frame type that everyone must ignore (RFC 9114 §7.2.8): it makes the peer acknowledge. */
  static final long RESERVED_FRAME = 0x40;

  /** A frame of ours, empty, on a client's control stream: the connection is about to be left. */
  static final long LEAVING_FRAME = 0x4D4B44;

  /** Says that nothing has come from the peer for long. */
  static final long UNHEARD_FRAME = 0x4D4B45;

  private static final int CONNECTION_BYTES = 4 << 20;
  private static final int STREAM_BYTES = 512 << 10;
  private static final int UNI_STREAM_BYTES = 64 << 10;
  private static final int BIDI_STREAMS = 256;
  private static final int UNI_STREAMS = 4;
  static final int FIELD_SECTION_BYTES = 64 << 10;

  private QuicSettings() {}

  /** The codec of a socket that dials. */
  static ChannelHandler clientCodec(EventLoop loop) {
    return settings(new QuicClientCodecBuilder(), loop)
        .sslEngineProvider(channel -> Objects.requireNonNull(channel.attr(ENGINE).get()).get())
        .build();
  }

  /** The codec of a socket that listens. */
  static ChannelHandler serverCodec(
      EventLoop loop, Supplier<QuicSslEngine> engines, ChannelHandler connections, FrontDoor door) {
    return settings(new QuicServerCodecBuilder(), loop)
        .tokenHandler(door.tokens())
        .connectionIdAddressGenerator(door.ids())
        .sslEngineProvider((QuicChannel _) -> engines.get())
        .handler(connections)
        .build();
  }

  /**
   * TLS's tasks, which judge the peer's chain, run on the event loop, each in a step of its own. On
   * threads of their own they would keep slow judges from the loop, but Netty 4.2.18 fetches the
   * next task there while the loop may free it, with the connection or when the last one is
   * complete: a use after free that any peer provokes which closes at the right moment
   * (libp2p/jvm-libp2p#523).
   */
  private static <B extends QuicCodecBuilder<B>> B settings(B builder, EventLoop loop) {
    return builder
        .sslTaskExecutor(loop)
        .maxIdleTimeout(30, TimeUnit.SECONDS)
        .initialMaxData(CONNECTION_BYTES)
        .initialMaxStreamDataBidirectionalLocal(STREAM_BYTES)
        .initialMaxStreamDataBidirectionalRemote(STREAM_BYTES)
        .initialMaxStreamDataUnidirectional(UNI_STREAM_BYTES)
        .initialMaxStreamsBidirectional(BIDI_STREAMS)
        .initialMaxStreamsUnidirectional(UNI_STREAMS)
        .congestionControlAlgorithm(QuicCongestionControlAlgorithm.CUBIC)
        .hystart(true)
        .initialCongestionWindowPackets(32)
        .maxSendUdpPayloadSize(UdpSockets.mostPayloadBytes())
        .discoverPmtu(true)
        .activeMigration(false);
  }

  /**
   * Our SETTINGS: no dynamic table, hence no head-of-line blocking and no table attacks. The field
   * section limit is far above what a call may use, since Netty answers an excess with a connection
   * error: the gap keeps one call's mistake from killing the others.
   */
  static Http3SettingsFrame http3() {
    return new DefaultHttp3SettingsFrame(
        new Http3Settings()
            .qpackMaxTableCapacity(0)
            .qpackBlockedStreams(0)
            .maxFieldSectionSize(FIELD_SECTION_BYTES));
  }
}
