package dev.meshkit.security;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom this node refuses though its certificate is good: nodes by name, and keys, a leaf's or that
 * of an issuer, which refuses every chain through it. This node's own refusal and nobody else's.
 *
 * <p>The file {@code deny.list}, at most 512 entries:
 *
 * <pre>
 *   node us/n2 stolen on Tuesday
 *   key 3f2a…  the SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits; and why
 *   # a remark
 * </pre>
 *
 * @param nodes why each is refused
 * @param keys why each is refused, by lower-case digest
 */
public record DenyList(Map<NodeId, String> nodes, Map<String, String> keys) {
  /** Nobody is refused. */
  public static final DenyList NONE = new DenyList(Map.of(), Map.of());

  private static final int MAX_ENTRIES = 512;
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_REASON = 200;
  private static final Pattern LINE = Pattern.compile("(node|key)\\s+(\\S+)(?:\\s+(.*))?");
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

  /** Copies the maps. */
  public DenyList {
    nodes = Map.copyOf(nodes);
    keys = Map.copyOf(keys);
  }

  /** Whom either of two refuses; where both do, for the reason that this one gives. */
  public DenyList and(DenyList other) {
    if (other.equals(NONE)) return this;
    var bothNodes = new HashMap<>(other.nodes);
    bothNodes.putAll(nodes);
    var bothKeys = new HashMap<>(other.keys);
    bothKeys.putAll(keys);
    return new DenyList(bothNodes, bothKeys);
  }

  /** Reads the file; nobody is refused where there is none. */
  static DenyList read(Path file) throws IOException {
    if (Files.notExists(file)) return NONE;
    SecretFiles.check(file, false);
    if (Files.size(file) > MAX_BYTES) throw unfit(file, "is larger than " + MAX_BYTES + " bytes");
    var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return parse(file, text.lines().map(String::strip).toList());
  }

  private static DenyList parse(Path file, List<String> lines) throws UnfitFile {
    var nodes = new HashMap<NodeId, String>();
    var keys = new HashMap<String, String>();
    for (var i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty() || lines.get(i).startsWith("#")) continue;
      if (!add(lines.get(i), nodes, keys)) {
        throw unfit(file, "line " + (i + 1) + " names neither a node nor a key");
      }
    }
    if (nodes.size() + keys.size() > MAX_ENTRIES) {
      throw unfit(file, "has more than " + MAX_ENTRIES + " entries");
    }
    return new DenyList(nodes, keys);
  }

  private static boolean add(String line, Map<NodeId, String> nodes, Map<String, String> keys) {
    var parts = LINE.matcher(line);
    if (!parts.matches()) return false;
    var reason = parts.group(3) == null ? "no reason is given" : parts.group(3);
    if (reason.length() > MAX_REASON) reason = reason.substring(0, MAX_REASON);
    if (parts.group(1).equals("key")) {
      keys.put(parts.group(2), reason);
      return KEY.matcher(parts.group(2)).matches();
    }
    try {
      nodes.put(NodeId.parse(parts.group(2)), reason);
      return true;
    } catch (IllegalArgumentException noNode) {
      return false;
    }
  }

  private static UnfitFile unfit(Path file, String why) {
    return new UnfitFile(
        file + " " + why,
        "each line of it is `node <region>/<name> <why>`, `key <64 hexadecimal digits> <why>`,"
            + " empty or begins with #");
  }

  /** Check 7: whether somebody is refused, and why. */
  Optional<String> refusal(Identity who, List<X509Certificate> chain) {
    if (who instanceof Identity.Node(_, var id) && nodes.containsKey(id)) {
      return Optional.of("the node is denied here: " + nodes.get(id));
    }
    if (keys.isEmpty()) return Optional.empty();
    return chain.stream()
        .map(DenyList::digest)
        .filter(keys::containsKey)
        .findFirst()
        .map(key -> "the key " + key.substring(0, 16) + "… is denied here: " + keys.get(key));
  }

  /** The SHA-256 of a certificate's SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
  static String digest(X509Certificate certificate) {
    return Bytes.of(certificate.getPublicKey().getEncoded()).sha256().hex();
  }
}
