package dev.meshkit.bench;

import com.sun.net.httpserver.HttpServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What a node cannot do without, and nothing else: two databases, a QUIC listener, an HTTP port.
 */
final class BareStart {
  private BareStart() {}

  /** Prints "ready" and waits to be killed. */
  public static void main(String... args) throws Exception {
    var data = Files.createTempDirectory("bare");
    for (var name : new String[] {"mesh.db", "election.db"}) {
      var database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve(name));
      try (var statement = database.createStatement()) {
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("PRAGMA synchronous = FULL");
        statement.execute("CREATE TABLE t(x INTEGER) STRICT");
      }
    }
    listen();
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static void listen() throws Exception {
    var keys = keys();
    var tls =
        QuicSslContextBuilder.forServer(keys.getPrivate(), null, certificate(keys))
            .applicationProtocols("h3")
            .build();
    var codec =
        new QuicServerCodecBuilder()
            .sslContext(tls)
            .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
            .handler(new ChannelInboundHandlerAdapter())
            .streamHandler(new ChannelInboundHandlerAdapter())
            .build();
    new Bootstrap()
        .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
        .channel(NioDatagramChannel.class)
        .handler(codec)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync();
  }

  private static KeyPair keys() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(KeyPair keys) throws Exception {
    var name = new X500Name("CN=bare");
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(now),
            Date.from(now.plusSeconds(3600)),
            name,
            keys.getPublic());
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }
}
