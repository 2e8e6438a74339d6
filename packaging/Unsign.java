/**
 * Takes the signatures out of jars: {@code java Unsign.java lib/*.jar}. The archive of class data refuses signed
 * classes, and every node would keep the digests of 7,000 of them in memory. Maven has compared each jar with its
 * checksum before; jars without signatures are left alone.
 */
import java.util.jar.*;

void main(String... files) throws IOException {
  for (var file : files) {
    var jar = Path.of(file);
    var signed = false;
    try (var in = new JarFile(jar.toFile())) {
      signed = in.stream().anyMatch(entry -> isSignature(entry.getName()));
    }
    if (signed) unsign(jar);
  }
}

boolean isSignature(String name) {
  return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
}

void unsign(Path jar) throws IOException {
  var without = jar.resolveSibling(jar.getFileName() + ".unsigned");
  try (var in = new JarFile(jar.toFile(), false)) {
    var manifest = in.getManifest();
    manifest.getEntries().clear(); // the digests; what holds for the jar as a whole stays
    try (var out = new JarOutputStream(Files.newOutputStream(without), manifest)) {
      for (var entry : Collections.list(in.entries())) {
        if (entry.getName().equals(JarFile.MANIFEST_NAME) || isSignature(entry.getName())) continue;
        out.putNextEntry(new JarEntry(entry.getName()));
        in.getInputStream(entry).transferTo(out);
      }
    }
  }
  Files.move(without, jar, StandardCopyOption.REPLACE_EXISTING);
}
