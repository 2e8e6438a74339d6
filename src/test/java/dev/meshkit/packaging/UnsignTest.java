package dev.meshkit.packaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.process.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signatures go, and nothing else; a jar without any is left alone. */
class UnsignTest {
  @TempDir private Path directory;

  @Test
  void signaturesGoAndNothingElse() throws Exception {
    var code = X509CertificateHolder.class.getProtectionDomain().getCodeSource().getLocation();
    var signed = Path.of(code.toURI());
    var plain = Files.write(directory.resolve("plain.jar"), new byte[0]);
    try (var empty = new JarOutputStream(Files.newOutputStream(plain))) {
      empty.putNextEntry(new JarEntry("one"));
    }
    var before = Files.readAllBytes(plain);
    var jar = Files.copy(signed, directory.resolve("signed.jar"));
    var program = Path.of("packaging/Unsign.java").toAbsolutePath().toString();
    var ran = Shell.run(directory, Map.of(), Jvm.java(), program, jar.toString(), plain.toString());
    assertEquals("", ran.err());
    assertEquals(0, ran.exit());
    assertArrayEquals(before, Files.readAllBytes(plain));
    try (var from = new JarFile(signed.toFile(), false);
        var to = new JarFile(jar.toFile())) {
      var old = names(from);
      var gone = new TreeSet<>(old.keySet());
      gone.removeAll(names(to).keySet());
      assertTrue(
          gone.stream().allMatch(name -> name.matches("META-INF/BC\\w*\\.(SF|DSA|RSA)")),
          gone::toString);
      assertTrue(gone.size() >= 2, gone::toString);
      assertEquals(Map.of(), to.getManifest().getEntries());
      assertEquals(from.getManifest().getMainAttributes(), to.getManifest().getMainAttributes());
      assertEquals("true", to.getManifest().getMainAttributes().get(Attributes.Name.MULTI_RELEASE));
      for (var entry : names(to).entrySet()) {
        if (entry.getKey().equals(JarFile.MANIFEST_NAME)) continue;
        assertArrayEquals(
            from.getInputStream(old.get(entry.getKey())).readAllBytes(),
            to.getInputStream(entry.getValue()).readAllBytes());
        assertNull(entry.getValue().getCodeSigners());
      }
    }
  }

  private static Map<String, JarEntry> names(JarFile jar) {
    return jar.stream().collect(Collectors.toMap(JarEntry::getName, entry -> entry));
  }
}
