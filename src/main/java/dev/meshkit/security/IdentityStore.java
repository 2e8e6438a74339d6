package dev.meshkit.security;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The directory {@code identity/} of a node: {@code gen-<n>/key.pem} and {@code chain.pem}, {@code
 * CURRENT} (the text {@code gen-<n>}), {@code roots.pem} and perhaps {@code deny.list}. A change
 * becomes real by renaming {@code CURRENT}; no key is ever overwritten. Used by one thread at a
 * time.
 */
public final class IdentityStore {
  private static final String DENY_LIST = "deny.list";
  private static final Pattern GENERATION = Pattern.compile("gen-([1-9][0-9]{0,8})");

  private final Path directory;
  private final InstantSource wall;

  /** The identity kept in {@code directory}, which need not exist yet. */
  public IdentityStore(Path directory, InstantSource wall) {
    this.directory = directory;
    this.wall = wall;
  }

  /**
   * New material.
   *
   * @param key the private key
   * @param chain leaf first, without the root
   * @param roots whom to trust
   */
  record Material(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {}

  /**
   * Whether there is an identity, however broken. Something in its place, or a directory that this
   * process cannot look into, counts as one: it is never written over.
   */
  public boolean exists() {
    var isObstructed = !Files.notExists(directory) && !Files.isDirectory(directory);
    return isObstructed || !Files.notExists(directory.resolve("CURRENT"));
  }

  /**
   * Reads and checks this node's credentials. MK-TLS-015: missing, unreadable or open to others;
   * 014: key and certificate do not match; 004: expired; 005: not yet valid; 006: it does not name
   * {@code self}; 016, 008, 002: a certificate every peer would refuse.
   */
  public Result<Credentials> load(NodeId self) {
    try {
      if (!exists()) return missing();
      var current = safe();
      var key = Pem.key(current.resolve("key.pem"));
      var chain = Pem.certificates(current.resolve("chain.pem"));
      var roots = Pem.certificates(directory.resolve("roots.pem"));
      return check(self, new Material(key, chain, roots), denied());
    } catch (IOException | GeneralSecurityException unreadable) {
      return broken(unreadable);
    }
  }

  /**
   * What {@link #load} would read, without reading it: another value once it has been replaced.
   *
   * @param current of {@code CURRENT}
   * @param roots of {@code roots.pem}
   * @param denied of {@code deny.list}
   */
  public record Mark(Seen current, Seen roots, Seen denied) {}

  /**
   * A file, seen from outside.
   *
   * @param key what the file system calls it; empty if it has no names, or the file is not there
   * @param modified when it was written
   * @param size bytes
   */
  public record Seen(Optional<Object> key, FileTime modified, long size) {
    private static final Seen NOTHING = new Seen(Optional.empty(), FileTime.fromMillis(0), 0);
  }

  /** The mark of what is there now; of what cannot be looked at, that of nothing. */
  public Mark mark() {
    return new Mark(seen("CURRENT"), seen("roots.pem"), seen(DENY_LIST));
  }

  private Seen seen(String name) {
    try {
      var file = directory.resolve(name);
      var provider = file.getFileSystem().provider();
      var there = provider.readAttributesIfExists(file, BasicFileAttributes.class);
      return there == null
          ? Seen.NOTHING
          : new Seen(Optional.ofNullable(there.fileKey()), there.lastModifiedTime(), there.size());
    } catch (IOException hidden) {
      return Seen.NOTHING;
    }
  }

  /**
   * Writes new material beside what is current: it is checked as {@link #load} checks, and changes
   * nothing until it is adopted. On an error nothing of it stays.
   */
  Result<Staged> stage(NodeId self, Material material) {
    try {
      var checked = check(self, material, denied());
      if (!(checked instanceof Result.Ok<Credentials>(var credentials))) return checked.cast();
      var staged = new Staged.Next(this, next(), material.roots(), credentials);
      return written(staged, material);
    } catch (IOException | GeneralSecurityException failure) {
      return Result.err(unwritten(failure));
    }
  }

  private Result<Staged> written(Staged.Next staged, Material material) throws IOException {
    try {
      add(staged.generation(), material);
      return Result.ok(staged);
    } catch (IOException | GeneralSecurityException failure) {
      staged.drop();
      return Result.err(unwritten(failure));
    }
  }

  /** The name of the generation after the newest, current or not. */
  String next() throws IOException {
    return "gen-" + (newest() + 1);
  }

  /** Writes a generation that nothing names yet. */
  void add(String generation, Material material) throws IOException, GeneralSecurityException {
    SecretFiles.directory(directory);
    var there = directory.resolve(generation);
    SecretFiles.directory(there);
    SecretFiles.create(there.resolve("key.pem"), Pem.write(material.key()));
    SecretFiles.create(there.resolve("chain.pem"), Pem.write(material.chain()));
  }

  /** Makes a generation the current one; from then on the node is who it says. */
  void adopt(String generation, List<X509Certificate> roots)
      throws IOException, GeneralSecurityException {
    SecretFiles.replace(directory.resolve("roots.pem"), Pem.write(roots));
    SecretFiles.replace(
        directory.resolve("CURRENT"), generation.getBytes(StandardCharsets.US_ASCII));
  }

  /** Deletes a generation unless it is the current one, and what else is of no use without one. */
  void drop(String generation) throws IOException {
    if (exists() && current().equals(generation)) return;
    delete(directory.resolve(generation));
    if (exists()) return;
    Files.deleteIfExists(directory.resolve("roots.pem"));
    SecretFiles.removeIfEmpty(directory);
  }

  /** Deletes the generations that are no longer current; they are of no use to anybody. */
  void forgetOld() throws IOException {
    var current = current();
    try (var all = Files.newDirectoryStream(directory, "gen-*")) {
      for (var generation : all) {
        if (!generation.getFileName().toString().equals(current)) delete(generation);
      }
    }
  }

  private static void delete(Path generation) throws IOException {
    Files.deleteIfExists(generation.resolve("key.pem"));
    Files.deleteIfExists(generation.resolve("chain.pem"));
    Files.deleteIfExists(generation);
  }

  /** That material could not be written. */
  MeshError unwritten(Exception failure) {
    var fix =
        SecretFiles.fix(
            failure, "check that the process may write there and that the disk has room");
    return TlsCode.UNSAFE_FILES.error("write " + directory, FileTrouble.why(failure), fix);
  }

  /** The current generation, all of which is this process's alone. */
  private Path safe() throws IOException {
    SecretFiles.check(directory, true);
    SecretFiles.check(directory.resolve("CURRENT"), false);
    var generation = directory.resolve(current());
    SecretFiles.check(generation, true);
    for (var name : List.of("key.pem", "chain.pem")) {
      SecretFiles.check(generation.resolve(name), false);
    }
    SecretFiles.check(directory.resolve("roots.pem"), false);
    return generation;
  }

  private String current() throws IOException {
    var file = directory.resolve("CURRENT");
    var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    if (GENERATION.matcher(text).matches()) return text;
    throw new UnfitFile(file + " names no generation, such as gen-1", "");
  }

  private int newest() throws IOException {
    var newest = 0;
    if (Files.notExists(directory)) return newest;
    try (var all = Files.newDirectoryStream(directory, "gen-*")) {
      for (var one : all) {
        var name = GENERATION.matcher(one.getFileName().toString());
        if (name.matches()) newest = Math.max(newest, Integer.parseInt(name.group(1)));
      }
    }
    return newest;
  }

  private DenyList denied() throws IOException {
    return DenyList.read(directory.resolve(DENY_LIST));
  }

  private Result<Credentials> check(NodeId self, Material material, DenyList denied)
      throws GeneralSecurityException {
    var leaf = material.chain().getFirst();
    if (!belongTogether(material.key(), leaf)) {
      return failed(TlsCode.KEY_MISMATCH, "gen-n/key.pem is not the key of gen-n/chain.pem");
    }
    var named = Identity.of(leaf);
    if (!(named.orElse(null) instanceof Identity.Node who) || !who.id().equals(self)) {
      var why =
          "the certificate names %s, the configuration %s".formatted(Identity.uris(leaf), self);
      return failed(TlsCode.BAD_IDENTITY, why);
    }
    var verifier = new PeerVerifier(who.cluster(), material.roots(), denied, wall);
    return switch (verifier.server(material.chain(), self)) {
      case Admission.Refused(var code, var why) -> failed(code, why);
      case Admission.Admitted _ ->
          Result.ok(Credentials.of(who, material.key(), material.chain(), verifier));
    };
  }

  /** Whether a certificate is of this key. */
  static boolean belongTogether(PrivateKey key, X509Certificate leaf) {
    try {
      var algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(leaf.getEncoded());
      var signed = signature.sign();
      signature.initVerify(leaf.getPublicKey());
      signature.update(leaf.getEncoded());
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false; // a key of another kind than the certificate's
    }
  }

  private Result<Credentials> missing() {
    var fix =
        "only agent --dev makes one; else put key, chain and roots there (see README: Limits)";
    return Result.err(TlsCode.UNSAFE_FILES.error(tried(), "there is none", fix));
  }

  private Result<Credentials> broken(Exception unreadable) {
    var fix =
        SecretFiles.fix(
            unreadable,
            "put back what this node began with; a --dev node: move "
                + directory
                + " away, and start again");
    return Result.err(TlsCode.UNSAFE_FILES.error(tried(), FileTrouble.why(unreadable), fix));
  }

  private String tried() {
    return "load this node's identity from " + directory;
  }

  private Result<Credentials> failed(TlsCode code, String why) {
    var fix =
        switch (code) {
          case EXPIRED -> "renew it; a --dev node: move " + directory + " away, and start again";
          case BAD_IDENTITY -> "set node.name and node.region to what the certificate says";
          default -> code.fix();
        };
    return Result.err(code.error(tried(), why, fix));
  }
}
