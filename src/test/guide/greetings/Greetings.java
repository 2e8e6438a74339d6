package greetings;

import dev.meshkit.grpc.Http3ChannelBuilder;
import dev.meshkit.grpc.Http3ServerBuilder;
import dev.meshkit.grpc.PeerCheck;
import dev.meshkit.grpc.TlsIdentity;
import dev.meshkit.grpc.Verdict;
import greetings.proto.GreeterGrpc;
import greetings.proto.Greeting;
import greetings.proto.Hello;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A server and a client of one service, which talk gRPC over HTTP/3 and know each other. */
public final class Greetings extends GreeterGrpc.GreeterImplBase {
  public static void main(String... args) throws Exception {
    var certificates = Path.of(args[0]);
    var server = identity(certificates, "server");
    var client = identity(certificates, "client");

    var listening = Http3ServerBuilder
        .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .tls(server.key(), server.trust())
        .peerCheck(only("spiffe://example/client"))
        .addService(new Greetings())
        .build()
        .start();
    var channel = Http3ChannelBuilder
        .forAddress("localhost", listening.getPort())
        .tls(client.key(), client.trust())
        .peerCheck(only("spiffe://example/server"))
        .build();
    try {
      var greeter = GreeterGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
      IO.println(greeter.greet(Hello.newBuilder().setName("HTTP/3").build()).getText());
      greeter.count(Hello.newBuilder().setName("Ann").build())
          .forEachRemaining(greeting -> IO.println(greeting.getText()));
    } finally {
      channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
      listening.shutdown().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Override
  public void greet(Hello hello, StreamObserver<Greeting> out) {
    out.onNext(greeting("Hello, " + hello.getName()));
    out.onCompleted();
  }

  @Override
  public void count(Hello hello, StreamObserver<Greeting> out) {
    for (var i = 1; i <= 3; i++) out.onNext(greeting(i + " " + hello.getName()));
    out.onCompleted();
  }

  private static Greeting greeting(String text) {
    return Greeting.newBuilder().setText(text).build();
  }

  /** The key of {@code name}, and the one authority whose certificates are believed. */
  static TlsIdentity identity(Path directory, String name) throws Exception {
    var password = "changeit".toCharArray();
    var keys = KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), password);
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, password);

    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (var in = Files.newInputStream(directory.resolve("ca.pem"))) {
      var ca = CertificateFactory.getInstance("X.509").generateCertificate(in);
      trusted.setCertificateEntry("ca", ca);
    }
    var trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);

    return new TlsIdentity(
        (X509ExtendedKeyManager) keyManagers.getKeyManagers()[0],
        (X509ExtendedTrustManager) trustManagers.getTrustManagers()[0]);
  }

  /** Admits a peer by the URI in its certificate: host names are not compared with anything. */
  static PeerCheck only(String uri) {
    return (chain, remote) ->
        uri.equals(uriOf(chain.getFirst()))
            ? new Verdict.Admit()
            : new Verdict.Refuse(1, "not " + uri);
  }

  private static String uriOf(X509Certificate leaf) {
    try {
      return leaf.getSubjectAlternativeNames().iterator().next().get(1).toString();
    } catch (CertificateParsingException | RuntimeException noName) {
      return "";
    }
  }
}
