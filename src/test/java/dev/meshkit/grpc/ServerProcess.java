package dev.meshkit.grpc;

import dev.meshkit.process.Jvm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A server of ours in a process of its own, which signals can reach. */
final class ServerProcess implements AutoCloseable {
  private static final String READY = "serving ";

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one with the key and the authority in this file, and waits until it serves. */
  static ServerProcess start(Path store, int port) throws IOException {
    var command = new ArrayList<>(Jvm.command("-Xmx128m"));
    command.addAll(List.of(ServerProcess.class.getName(), store.toString(), port + ""));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var out = process.inputReader(StandardCharsets.UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return new ServerProcess(process, Integer.parseInt(line.substring(READY.length())));
      }
    }
    throw new IOException("the server does not start");
  }

  /** A file with a key of this URI and its authority. */
  static Path store(Path directory, TestCa ca, String uri) throws Exception {
    var file = directory.resolve("server.p12");
    try (var out = Files.newOutputStream(file)) {
      ca.keyStore(uri).store(out, TestCa.PASSWORD);
    }
    return file;
  }

  int port() {
    return port;
  }

  /** SIGKILL: it says nothing to anybody. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends it a signal, such as STOP or CONT. */
  void signal(String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) throw new IOException("cannot send " + name);
  }

  @Override
  public void close() throws Exception {
    kill();
  }

  /** {@code <key store> <port>}: serves until it is killed. */
  public static void main(String... args) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(Path.of(args[0]))) {
      store.load(in, TestCa.PASSWORD);
    }
    var server =
        Http3ServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])))
            .tls(key(store), trust(store))
            .addService(new ProbeService())
            .build()
            .start();
    System.out.println(READY + server.getPort());
    server.awaitTermination(1, TimeUnit.DAYS);
  }

  private static X509ExtendedKeyManager key(KeyStore store) throws Exception {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, TestCa.PASSWORD);
    return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
  }

  private static X509ExtendedTrustManager trust(KeyStore store) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, TestCa.PASSWORD);
    trusted.setCertificateEntry("ca", store.getCertificateChain("leaf")[1]);
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }
}
