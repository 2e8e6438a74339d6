package dev.meshkit.security;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The CA that {@code --dev} nodes of one host share, beside their data directories: {@code root/},
 * {@code issuer/}, {@code cluster} (its name, written last), {@code founders/<scope>} and, once
 * anybody else asked who that is, {@code founders/<scope>.joined}. Whoever may read its files may
 * be any node: it is for development.
 *
 * <p>Two nodes that start at once make one CA: everything happens under the lock of one file.
 */
public final class DevCa {
  private static final Duration ENDING = Issuance.NODE_LIFE.dividedBy(3);
  private static final String NAME = "cluster";
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

  private final Path directory;
  private final String cluster;
  private final Issuance.Signer root;
  private final Issuance.Signer issuer;
  private final Issuance issuance;
  private final InstantSource wall;

  private DevCa(Opened opened, Issuance issuance, InstantSource wall) {
    this.directory = opened.directory();
    this.cluster = opened.cluster();
    this.root = opened.root();
    this.issuer = opened.issuer();
    this.issuance = issuance;
    this.wall = wall;
  }

  private record Opened(
      Path directory, String cluster, Issuance.Signer root, Issuance.Signer issuer) {}

  /** The CA in {@code directory}, made if there is none. Waits at most 10 s for others. */
  public static Result<DevCa> open(Path directory, InstantSource wall, SecureRandom chance) {
    var issuance = new Issuance(chance);
    try {
      SecretFiles.checkDirectory(directory);
      SecretFiles.directory(directory);
      try (var _ = DirectoryLock.take(directory)) {
        if (Files.notExists(directory.resolve(NAME))) make(directory, wall, chance);
        return Result.ok(new DevCa(read(directory), issuance, wall));
      }
    } catch (IOException | GeneralSecurityException failure) {
      return Result.err(unusable(directory, failure));
    }
  }

  /**
   * The name of the cluster whose CA is in {@code directory}; empty if there is none. Changes
   * nothing.
   */
  public static Result<String> cluster(Path directory) {
    try {
      SecretFiles.checkDirectory(directory);
      return Result.ok(Files.notExists(directory.resolve(NAME)) ? "" : name(directory));
    } catch (IOException failure) {
      return Result.err(unusable(directory, failure));
    }
  }

  /**
   * Whether {@link #voters} could answer: {@code MK-CLI-004} if nobody founded {@code scope} and
   * this node must not. Changes nothing.
   */
  public static Result<Unit> checkFounded(Path directory, Scope scope, boolean mayFound) {
    var founded = mayFound || Files.exists(founder(directory, scope));
    return founded ? Result.ok() : Result.err(unfounded(directory, asking(scope)));
  }

  /**
   * Whether {@code self} may begin {@code scope} with nothing of it in its own store (E30): {@code
   * MK-CLI-012} if it has founded it before and others joined since, who hold what it began then.
   * Changes nothing.
   */
  public static Result<Unit> checkBegins(Path directory, Scope scope, NodeId self) {
    var file = founder(directory, scope);
    var tried = "found " + scope;
    try {
      if (Files.notExists(joined(directory, scope)) || !founderIn(file, scope).equals(self))
        return Result.ok();
      return Result.err(begun(directory, tried, self));
    } catch (IOException failure) {
      return Result.err(unfit(tried, file, failure));
    }
  }

  private static MeshError unusable(Path directory, Exception failure) {
    return TlsCode.UNSAFE_FILES.error(
        "open the development CA in " + directory,
        FileTrouble.why(failure),
        SecretFiles.fix(failure, mending()));
  }

  private static String mending() {
    return "put back what was there; else move it away, and every node's data directory beside it,"
        + " and start again without their votes and messages";
  }

  /** The name of the cluster, {@code dev-xxxx}. */
  public String cluster() {
    return cluster;
  }

  /**
   * This node's credentials: those it has, or, where it has none or they are almost expired, new
   * ones that are not its own before they are adopted. An expired or broken identity is an error,
   * never replaced.
   */
  public Result<Staged> stage(IdentityStore store, NodeId self) {
    if (!store.exists()) return issue(store, self);
    return store.load(self).flatMap(have -> renewed(store, have));
  }

  /**
   * Who votes in a scope of which no voters are configured: the node that founded it. The first
   * that asks, and may, founds it. A node that joins others must not found {@code global}.
   */
  public Result<List<NodeId>> voters(Scope scope, NodeId self, boolean mayFound) {
    var file = founder(directory, scope);
    var tried = asking(scope);
    try (var _ = DirectoryLock.take(directory)) {
      if (!Files.notExists(file))
        return Result.ok(List.of(asked(founderIn(file, scope), scope, self)));
      if (!mayFound) return Result.err(unfounded(directory, tried));
      SecretFiles.directory(file.resolveSibling(""));
      SecretFiles.create(file, self.toString().getBytes(StandardCharsets.US_ASCII));
      return Result.ok(List.of(self));
    } catch (IOException failure) {
      return Result.err(unfit(tried, file, failure));
    }
  }

  private static MeshError unfit(String tried, Path file, IOException failure) {
    var fix = SecretFiles.fix(failure, "move away what is in the place of " + file);
    return TlsCode.UNSAFE_FILES.error(tried, FileTrouble.why(failure), fix);
  }

  /** Notes that somebody else knows of the founder: from now on it cannot begin again. */
  private NodeId asked(NodeId founder, Scope scope, NodeId by) throws IOException {
    var file = joined(directory, scope);
    if (!founder.equals(by) && Files.notExists(file))
      SecretFiles.create(file, by.toString().getBytes(StandardCharsets.US_ASCII));
    return founder;
  }

  private static NodeId founderIn(Path file, Scope scope) throws IOException {
    var back = "put back the node that founded " + scope + ", such as eu/n1";
    if (!Files.isRegularFile(file)) throw new UnfitFile(file + " is no regular file", back);
    try {
      var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return NodeId.parse(text.strip());
    } catch (IllegalArgumentException garbled) {
      throw new UnfitFile(file + " names no node", back);
    }
  }

  private static Path founder(Path directory, Scope scope) {
    return directory.resolve("founders").resolve(scope.text().replace('/', '-'));
  }

  private static Path joined(Path directory, Scope scope) {
    var file = founder(directory, scope);
    return file.resolveSibling(file.getFileName() + ".joined");
  }

  private static MeshError begun(Path directory, String tried, NodeId self) {
    return MeshError.of(
            "error.precondition",
            tried,
            self + " has founded it before, others have joined, and its own directory is gone",
            "join one of them (JOIN=host:port), or put the directory back; to begin anew, move away "
                + directory
                + " and every node's data directory beside it",
            MeshError.Retry.NEVER)
        .with("mk", "MK-CLI-012");
  }

  private static String asking(Scope scope) {
    return "find out who votes in " + scope;
  }

  private static MeshError unfounded(Path directory, String tried) {
    return MeshError.of(
            "error.unavailable",
            tried,
            "no node of this host founded it, and a node that joins others must not",
            "start the first node without JOIN, beside this data directory ("
                + directory.toAbsolutePath().getParent()
                + "); from another host, join with a configuration file",
            MeshError.Retry.NEVER)
        .with("mk", "MK-CLI-004");
  }

  /** The refusal of an identity of cluster {@code own} beside the CA of another, or of none. */
  public static MeshError other(String own, String ca, Path directory) {
    var there = ca.isEmpty() ? "there is no development CA" : "the development CA is of " + ca;
    return TlsCode.OTHER_CLUSTER.error(
        "use this node's identity",
        "it is of cluster %s; in %s %s".formatted(own, directory, there),
        "use another data directory, or put back the dev-ca directory it began with");
  }

  private Result<Staged> renewed(IdentityStore store, Credentials have) {
    if (!have.who().cluster().equals(cluster)) {
      return Result.err(other(have.who().cluster(), cluster, directory));
    }
    var left = Duration.between(wall.instant(), have.notAfter());
    return left.compareTo(ENDING) < 0
        ? issue(store, have.who().id())
        : Result.ok(new Staged.Current(have));
  }

  private Result<Staged> issue(IdentityStore store, NodeId self) {
    var tried = "issue a certificate for " + self;
    try {
      var now = wall.instant();
      if (issuer.certificate().getNotAfter().toInstant().isBefore(now.plus(ENDING))) {
        var why = "the development CA ends " + issuer.certificate().getNotAfter().toInstant();
        var fix = "move " + directory + " and the nodes' identity directories away; start again";
        return Result.err(TlsCode.OUTLIVES_ISSUER.error(tried, why, fix));
      }
      var node = issuance.node(issuer, new Identity.Node(cluster, self), now);
      var chain = List.of(node.certificate(), issuer.certificate());
      return store.stage(
          self, new IdentityStore.Material(node.key(), chain, List.of(root.certificate())));
    } catch (GeneralSecurityException failure) {
      return Result.err(TlsCode.UNSAFE_FILES.error(tried, FileTrouble.why(failure), mending()));
    }
  }

  private static void make(Path directory, InstantSource wall, SecureRandom chance)
      throws IOException, GeneralSecurityException {
    var name = new StringBuilder("dev-");
    for (var i = 0; i < 4; i++) name.append(LETTERS.charAt(chance.nextInt(LETTERS.length())));
    var cluster = name.toString();
    Instant now = wall.instant();
    var issuance = new Issuance(chance);
    var root = issuance.root(cluster, now);
    save(directory.resolve("root"), root);
    save(directory.resolve("issuer"), issuance.issuer(root, cluster, now));
    SecretFiles.create(directory.resolve(NAME), cluster.getBytes(StandardCharsets.US_ASCII));
  }

  /** Replaces what a start that was killed may have left half done. */
  private static void save(Path directory, Issuance.Signer signer)
      throws IOException, GeneralSecurityException {
    SecretFiles.directory(directory);
    SecretFiles.replace(directory.resolve("key.pem"), Pem.write(signer.key()));
    SecretFiles.replace(directory.resolve("cert.pem"), Pem.write(List.of(signer.certificate())));
  }

  private static Opened read(Path directory) throws IOException {
    return new Opened(
        directory,
        name(directory),
        signer(directory.resolve("root")),
        signer(directory.resolve("issuer")));
  }

  private static String name(Path directory) throws IOException {
    var file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) throw new UnfitFile(file + " is no regular file", "");
    var name = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    if (Identity.isCluster(name)) return name;
    throw new UnfitFile(file + " holds no cluster's name, such as dev-7qx2", "");
  }

  private static Issuance.Signer signer(Path directory) throws IOException {
    var key = directory.resolve("key.pem");
    SecretFiles.check(key, false);
    var certificate = Pem.certificates(directory.resolve("cert.pem")).getFirst();
    var signer = new Issuance.Signer(certificate, Pem.key(key));
    if (IdentityStore.belongTogether(signer.key(), certificate)) return signer;
    throw new UnfitFile(key + " is not the key of cert.pem beside it", "");
  }
}
