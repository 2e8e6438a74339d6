package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** O10: each spoiled file of a development node is named, with why and with a fix that fits it. */
class DevHomeErrorsTest {
  private static final String KEY = "n1/identity/gen-1/key.pem";
  private static final String CHAIN = "n1/identity/gen-1/chain.pem";
  private static final byte[] BINARY = {-1, -2, 0, 7, -128};

  @TempDir private Path directory;

  @BeforeEach
  void aNodeThatWasSettled() {
    DevHome.settle(node(directory.resolve("n1"))).orThrow();
  }

  /** Does what makes the files below {@code data} unfit. */
  interface Spoil {
    void spoil(Path data) throws IOException;
  }

  record Case(String name, Spoil spoil, String code, String why, String fix) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    var back = "put back what this node began with";
    var ca = "put back what was there; else move it away";
    return Stream.of(
        tls("key a directory", d -> directory(d, KEY), KEY + " is no regular file", back),
        tls("chain a directory", d -> directory(d, CHAIN), CHAIN + " is no regular file", back),
        tls("key garbled", d -> garble(d, KEY), KEY + " holds no readable private key", back),
        tls("key no key", d -> noKey(d), KEY + " holds no readable private key", back),
        tls("chain garbled", d -> garble(d, CHAIN), CHAIN + " holds no readable cert", back),
        tls("key open", d -> mode(d, KEY), KEY + " has mode rw-r--r--", "chmod -R go= "),
        tls("identity a file", d -> file(d, "n1/identity"), "n1/identity is no", back),
        tls(
            "CURRENT garbled",
            d -> garble(d, "n1/identity/CURRENT"),
            "n1/identity/CURRENT names no generation",
            back),
        tls(
            "CURRENT a directory",
            d -> directory(d, "n1/identity/CURRENT"),
            "n1/identity/CURRENT is no regular file",
            back),
        tls(
            "CA's key garbled",
            d -> garble(d, "dev-ca/issuer/key.pem"),
            "issuer/key.pem holds",
            ca),
        tls("CA's cert garbled", d -> garble(d, "dev-ca/root/cert.pem"), "root/cert.pem holds", ca),
        tls(
            "CA's key another's",
            d ->
                Files.write(
                    d.resolve("dev-ca/issuer/key.pem"),
                    Files.readAllBytes(d.resolve("dev-ca/root/key.pem"))),
            "issuer/key.pem is not the key of cert.pem",
            ca),
        tls("CA's name garbled", d -> garble(d, "dev-ca/cluster"), "dev-ca/cluster holds no", ca),
        tls("CA a file", d -> file(d, "dev-ca"), "dev-ca is no directory", ca),
        tls(
            "founder garbled",
            d -> garble(d, "dev-ca/founders/global"),
            "founders/global names no node",
            "put back the node that founded global, such as eu/n1"),
        tls(
            "founder a directory",
            d -> directory(d, "dev-ca/founders/global"),
            "founders/global is no regular file",
            "put back the node that founded global, such as eu/n1"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isNamedWithItsReasonAndItsRemedy(Case bad) throws IOException {
    bad.spoil().spoil(directory);
    var error = refused(directory.resolve("n1"));
    assertEquals(bad.code(), error.details().get("mk"), error.text());
    assertTrue(error.why().contains(bad.why()), error.text());
    assertTrue(error.fix().startsWith(bad.fix()), error.fix());
    assertFalse(error.why().matches(".*\\b[a-z]+\\.[\\w.]*[A-Z]\\w*(Exception|Error).*"));
  }

  /** Running as root, nothing else is of another owner; else it could not be made so. */
  @Test
  void aKeyOfAnotherOwnerNamesBoth() throws IOException {
    var key = directory.resolve(KEY);
    if (!Files.getAttribute(directory, "unix:uid").equals(0)) return;
    Files.setAttribute(key, "unix:uid", 65_534);
    var error = refused(directory.resolve("n1"));
    assertTrue(error.why().contains(" is owned by "), error.text());
    assertTrue(error.fix().startsWith("chown -R root " + key), error.fix());
  }

  @Test
  void aNameTooLongForTheFileSystemIsSaidToBeThat() {
    for (var path : new String[] {"x".repeat(300), "x".repeat(300) + "/n1"}) {
      var error = refused(directory.resolve(path));
      assertEquals("MK-NODE-003", error.details().get("mk"));
      assertEquals(
          "a name in that path is longer than the file system takes (mostly 255 bytes)",
          error.why());
    }
  }

  /** Whoever reads the CA may be any node: no other host may reach one that goes by it. */
  @Test
  void anAddressThatOtherHostsReachIsRefused() {
    for (var host : new String[] {"0.0.0.0", "::", "192.0.2.1", "example.org"}) {
      var config = node(directory.resolve("n1"));
      var public_ = config.withListen(config.listen().withMesh(new Endpoint(host, 7_500)));
      var error = assertInstanceOf(Result.Err.class, DevHome.settle(public_)).error();
      assertEquals("MK-CFG-009", error.details().get("mk"), error.text());
      assertTrue(error.fix().endsWith("127.0.0.1:7500"), error.fix());
    }
  }

  /** What the error and the failing health check say to do about an expired certificate works. */
  @Test
  void movingTheIdentityAwayMakesANewOneOfTheSameCluster() throws IOException {
    var identity = directory.resolve("n1/identity");
    var before = Files.readString(identity.resolve("gen-1/chain.pem"));
    Files.move(identity, directory.resolve("old"));
    assertTrue(DevHome.settle(node(directory.resolve("n1"))).isOk());
    assertFalse(before.equals(Files.readString(identity.resolve("gen-1/chain.pem"))));
  }

  private static Case tls(String name, Spoil spoil, String why, String fix) {
    return new Case(name, spoil, "MK-TLS-015", why, fix);
  }

  private static void garble(Path data, String name) throws IOException {
    Files.write(data.resolve(name), BINARY);
  }

  private static void noKey(Path data) throws IOException {
    var text = "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n";
    Files.write(data.resolve(KEY), text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void mode(Path data, String name) throws IOException {
    Files.setPosixFilePermissions(data.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static void directory(Path data, String name) throws IOException {
    Files.delete(data.resolve(name));
    Files.createDirectory(data.resolve(name));
  }

  private static void file(Path data, String name) throws IOException {
    try (var all = Files.walk(data.resolve(name))) {
      for (var one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
    }
    Files.writeString(data.resolve(name), "mine");
  }

  private static MeshError refused(Path data) {
    return assertInstanceOf(Result.Err.class, DevHome.settle(node(data))).error();
  }

  private static MeshConfig node(Path data) {
    return MeshConfig.of("eu", "n1", data)
        .withListen(MeshConfig.defaults().listen().withMesh(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off());
  }
}
