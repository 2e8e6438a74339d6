package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.shape.CodeRules;
import dev.meshkit.shape.Compiled;
import dev.meshkit.shape.PackageRules;
import dev.meshkit.shape.PipelineRules;
import dev.meshkit.shape.Planted;
import dev.meshkit.shape.RunRules;
import dev.meshkit.shape.SourceRules;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shape of the code, ARCHITECTURE.md §2, read out of the compiled classes. Each rule is
 * followed by a planted violation that it must catch.
 */
class ShapeTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");

  @TempDir Path dir;

  @Test
  void packagesImportOnlyWhatTheTableAllows() throws Exception {
    var classes = main();
    assertTrue(classes.size() > 50, "too few classes to mean anything: " + classes.size());
    assertEquals(List.of(), PackageRules.strangers(classes));
    assertNone(PackageRules.edges(classes));
    assertEquals(List.of(), PackageRules.cyclesOfTheTable());
  }

  @Test
  void aForbiddenImportIsCaught() throws Exception {
    catches(PackageRules::edges, "gossip", "class X { dev.meshkit.runtime.Clocks c; }", false);
    catches(PackageRules::edges, "gossip", "class X { dev.meshkit.wire.proto.Hello h; }", true);
    catches(PackageRules::edges, "cli", "class X { dev.meshkit.store.Store s; }", true);
    catches(
        PackageRules::edges,
        "api",
        "class X { Object o() { return dev.meshkit.runtime.Clocks.system(); } }",
        true);
    catches(PackageRules::strangers, "misc", "class X {}", true);
  }

  @Test
  void coresArePure() throws Exception {
    assertNone(CodeRules.impurities(main()));
  }

  @Test
  void anImpureCoreIsCaught() throws Exception {
    catches(
        CodeRules::impurities, "election", "class X { java.util.concurrent.Future<?> f; }", true);
    catches(CodeRules::impurities, "election", "class X { void f() { Thread.yield(); } }", true);
    catches(CodeRules::impurities, "gossip", "class X { java.net.Socket s; }", true);
    catches(CodeRules::impurities, "gossip", "class X { dev.meshkit.runtime.Clocks c; }", true);
    catches(
        CodeRules::impurities,
        "gossip",
        "record X(java.util.Map<String, java.time.Instant> m, dev.meshkit.api.NodeId n) {}",
        false);
  }

  @Test
  void clocksAndChanceAreReadInRuntimeAlone() throws Exception {
    assertNone(CodeRules.clocksAndChance(main()));
  }

  @Test
  void aClockOrAChanceOutsideRuntimeIsCaught() throws Exception {
    for (var call :
        List.of(
            "java.time.Instant.now()",
            "java.time.Clock.systemUTC()",
            "java.time.InstantSource.system()",
            "System.nanoTime()",
            "System.currentTimeMillis()",
            "Math.random()",
            "new java.util.Random()",
            "new java.security.SecureRandom()",
            "java.util.UUID.randomUUID()",
            "java.util.concurrent.ThreadLocalRandom.current()",
            "java.util.random.RandomGenerator.getDefault()")) {
      var source = "class X { Object o() { return " + call + "; } }";
      catches(CodeRules::clocksAndChance, "link", source, true);
      catches(CodeRules::clocksAndChance, "runtime", source, false);
    }
    catches(
        CodeRules::clocksAndChance,
        "link",
        "class X { java.util.function.LongSupplier s = System::nanoTime; }",
        true);
  }

  /** V3: a run follows from its seed. */
  @Test
  void coresAndSimulatorFollowFromTheSeedAlone() throws Exception {
    var simulator =
        tests().stream().filter(one -> one.inPackage().equals("dev.meshkit.sim")).toList();
    assertTrue(simulator.size() > 100, "too few classes to mean anything: " + simulator.size());
    for (var classes : List.of(main(), simulator)) {
      assertNone(RunRules.hashOrder(classes));
      assertNone(RunRules.threads(classes));
      assertNone(RunRules.clocksAndChance(classes));
    }
  }

  /** V3: whatever iterates in the order of a hash is found in a core and in the simulator. */
  @Test
  void theOrderOfAHashIsCaught() throws Exception {
    var hashed =
        List.of(
            "new java.util.HashMap<String, String>()",
            "new java.util.HashSet<String>()",
            "new java.util.IdentityHashMap<String, String>()",
            "new java.util.concurrent.ConcurrentHashMap<String, String>()",
            "java.util.Map.of(1, 2, 3, 4)",
            "java.util.Set.of(1, 2)",
            "java.util.Map.copyOf(new java.util.TreeMap<String, String>())",
            "(java.util.function.Function<java.util.List<String>, Object>) java.util.Set::copyOf",
            "java.util.stream.Collectors.toSet()",
            "java.util.stream.Collectors.groupingBy(Object::toString)",
            "System.identityHashCode(this)");
    for (var one : hashed) caught(RunRules::hashOrder, "sim", 1, one);
    for (var core : List.of("gossip", "election"))
      caught(RunRules::hashOrder, core, hashed.size(), hashed.toArray(String[]::new));
    caught(RunRules::hashOrder, "link", 0, hashed.toArray(String[]::new));
    caught(
        RunRules::hashOrder,
        "gossip",
        0,
        "new java.util.TreeMap<String, String>()",
        "new java.util.LinkedHashMap<String, String>()",
        "new java.util.EnumMap<Thread.State, String>(Thread.State.class)",
        "java.util.List.of(1, 2)");
  }

  /** V3: so are threads, clocks and chance in the simulator, where no other rule looks. */
  @Test
  void aThreadAClockOrAChanceOfTheSimulatorIsCaught() throws Exception {
    for (var value :
        List.of(
            "new Thread(() -> {})",
            "java.util.concurrent.ForkJoinPool.commonPool()",
            "java.util.List.of(1).parallelStream()",
            "java.util.stream.Stream.of(1).parallel()")) caught(RunRules::threads, "sim", 1, value);
    var clocks = new String[] {"System.nanoTime()", "new java.util.Random()"};
    caught(RunRules::clocksAndChance, "sim", 2, clocks);
  }

  /** P37, among others. */
  @Test
  void previewApiStaysInFanoutAndLoops() throws Exception {
    var classes = main();
    assertNone(CodeRules.previews(classes));
    assertTrue(classes.stream().anyMatch(Compiled::preview), "nothing uses preview API any more");
  }

  @Test
  void previewApiElsewhereIsCaught() throws Exception {
    var source = "class X { java.util.concurrent.StructuredTaskScope<?, ?> s; }";
    var planted =
        Planted.compile(dir, "dev.meshkit.node.X", source, "--release", "25", "--enable-preview");
    assertEquals(List.of("dev.meshkit.node.X uses preview API"), CodeRules.previews(planted));
  }

  /** The package of pipelines can be used alone: the JDK, api and runtime. */
  @Test
  void pipelinesStandOnApiAndRuntimeAlone() throws Exception {
    assertNone(PipelineRules.strangers(main()));
  }

  @Test
  void aStrangerInThePipelinesIsCaught() throws Exception {
    for (var type : List.of("dev.meshkit.observe.RpcCallEvent", "dev.meshkit.config.MeshConfig"))
      catches(PipelineRules::strangers, "pipeline", "class X { " + type + " t; }", true);
    for (var type : List.of("io.netty.buffer.ByteBuf", "dev.meshkit.store.Store"))
      catches(PipelineRules::strangers, "pipeline", "class X { " + type + " t; }", true);
    for (var type : List.of("dev.meshkit.runtime.Backoff", "jdk.jfr.Event"))
      catches(PipelineRules::strangers, "pipeline", "class X { " + type + " t; }", false);
  }

  /** P37: forks end with Fanout's scope; other threads are started only where they are joined. */
  @Test
  void pipelinesStartNoThreadThatOutlivesTheCall() throws Exception {
    assertNone(PipelineRules.threads(main()));
  }

  @Test
  void aThreadOfAPipelineIsCaught() throws Exception {
    for (var call :
        List.of(
            "new Thread(() -> {})",
            "Thread.startVirtualThread(() -> {})",
            "Thread.ofVirtual().unstarted(() -> {})",
            "java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()",
            "java.util.concurrent.ForkJoinPool.commonPool()",
            "java.util.concurrent.CompletableFuture.runAsync(() -> {})",
            "new java.util.Timer()")) {
      var source = "class X { Object o() { return " + call + "; } }";
      catches(PipelineRules::threads, "pipeline", source, true);
    }
    var elsewhere = "class X { Object o() { return Thread.startVirtualThread(() -> {}); } }";
    catches(PipelineRules::threads, "link", elsewhere, false);
  }

  /** P35: no queue of the package is without a bound. */
  @Test
  void pipelinesKeepNothingWithoutABound() throws Exception {
    assertNone(PipelineRules.unbounded(main()));
  }

  @Test
  void anUnboundedQueueOfAPipelineIsCaught() throws Exception {
    catches(
        PipelineRules::unbounded,
        "pipeline",
        "class X { Object o = new java.util.concurrent.LinkedBlockingQueue<String>(); }",
        true);
  }

  /** T3: the public API of grpc-java only. */
  @Test
  void grpcUsesNoInternals() throws Exception {
    assertNone(CodeRules.grpcInternals(main()));
  }

  @Test
  void anInternalOfGrpcIsCaught() throws Exception {
    for (var type : List.of("io.grpc.internal.GrpcUtil", "io.grpc.InternalMetadata"))
      catches(CodeRules::grpcInternals, "grpc", "class X { " + type + " t; }", true);
    catches(CodeRules::grpcInternals, "grpc", "class X { io.grpc.Metadata t; }", false);
  }

  @Test
  void grpcShowsNoNettyType() throws Exception {
    assertNone(CodeRules.shownNetty(main()));
  }

  @Test
  void aNettyTypeInTheApiOfGrpcIsCaught() throws Exception {
    catches(
        CodeRules::shownNetty,
        "grpc",
        "public class X { public io.netty.buffer.ByteBuf b() { return null; } }",
        true);
    catches(
        CodeRules::shownNetty,
        "grpc",
        "public class X { protected java.util.List<io.netty.buffer.ByteBuf> b() { return null; } }",
        true);
    catches(
        CodeRules::shownNetty,
        "grpc",
        "public class X { public record Y(io.netty.buffer.ByteBuf b) {} }",
        true);
    catches(
        CodeRules::shownNetty,
        "grpc",
        "interface X { record Y(io.netty.buffer.ByteBuf b) implements X {} }",
        false);
    catches(
        CodeRules::shownNetty,
        "grpc",
        "public class X { private io.netty.buffer.ByteBuf b; }",
        false);
  }

  @Test
  void namesSaySomething() throws Exception {
    assertNone(CodeRules.badNames(main()));
    assertNone(CodeRules.badNames(tests()));
  }

  @Test
  void anEmptyNameIsCaught() throws Exception {
    for (var name : List.of("LinkManager", "StringUtils", "AbstractLoop", "IStore", "StoreImpl")) {
      var planted =
          Planted.compile(dir.resolve(name), "dev.meshkit.link." + name, "class " + name + " {}");
      assertEquals(1, CodeRules.badNames(planted).size(), name);
    }
    catches(CodeRules::badNames, "link", "class X {}", false);
  }

  @Test
  void testsDoNotSleep() throws Exception {
    assertNone(CodeRules.sleeps(tests()));
  }

  @Test
  void aSleepIsCaught() throws Exception {
    catches(
        CodeRules::sleeps,
        "link",
        "class X { void x() throws Exception { Thread.sleep(1); } }",
        true);
  }

  @Test
  void filesEndBeforeTheHardStop() throws Exception {
    assertNone(SourceRules.longFiles(MAIN, TEST));
  }

  @Test
  void aLongFileIsCaught() throws Exception {
    Files.writeString(dir.resolve("A.java"), "\n".repeat(400));
    assertEquals(List.of(), SourceRules.longFiles(dir));
    Files.writeString(dir.resolve("B.java"), "\n".repeat(401));
    assertEquals(List.of(dir.resolve("B.java") + " has 401 lines"), SourceRules.longFiles(dir));
  }

  @Test
  void everyPackageSaysWhatItIs() throws Exception {
    assertNone(SourceRules.packagesWithoutInfo(MAIN, TEST));
  }

  @Test
  void aSilentPackageIsCaught() throws Exception {
    var main = Files.createDirectories(dir.resolve("main"));
    var test = Files.createDirectories(dir.resolve("test/a"));
    Files.writeString(test.resolve("A.java"), "package a;");
    assertEquals(1, SourceRules.packagesWithoutInfo(main, dir.resolve("test")).size());
    Files.writeString(test.resolve("package-info.java"), "package a;");
    assertEquals(1, SourceRules.packagesWithoutInfo(main, dir.resolve("test")).size());
    Files.writeString(test.resolve("package-info.java"), "/** Says. */ @NullMarked package a;");
    assertEquals(List.of(), SourceRules.packagesWithoutInfo(main, dir.resolve("test")));
  }

  @Test
  void theModuleExportsWhatTheTableExports() throws Exception {
    assertNone(
        SourceRules.exportsBeyondTheTable(Files.readString(MAIN.resolve("module-info.java"))));
  }

  @Test
  void anotherExportIsCaught() {
    var text = "module m { exports dev.meshkit.api; exports dev.meshkit.store to x; }";
    assertEquals(
        List.of("module-info exports dev.meshkit.store"), SourceRules.exportsBeyondTheTable(text));
  }

  private void catches(
      Function<List<Compiled>, List<String>> rule, String inPackage, String source, boolean caught)
      throws IOException {
    var at = Files.createTempDirectory(dir, "planted");
    var planted = Planted.compile(at, "dev.meshkit." + inPackage + ".X", source);
    assertEquals(caught, !rule.apply(planted).isEmpty(), source + " in " + inPackage);
  }

  /** So many objections to a class that does all of these. */
  private void caught(
      Function<List<Compiled>, List<String>> rule, String inPackage, int facts, String... values)
      throws IOException {
    var source = "class X { Object[] o() { return new Object[] {" + String.join(",", values);
    var at = Files.createTempDirectory(dir, "planted");
    var planted = Planted.compile(at, "dev.meshkit." + inPackage + ".X", source + "}; } }");
    var said = rule.apply(planted);
    assertEquals(facts, said.size(), () -> source + " in " + inPackage + ": " + said);
  }

  private static void assertNone(List<String> broken) {
    assertEquals(List.of(), broken, () -> "\n" + String.join("\n", broken) + "\n");
  }

  private static List<Compiled> main() throws Exception {
    return Compiled.below(directoryOf(dev.meshkit.api.Mesh.class));
  }

  private static List<Compiled> tests() throws Exception {
    return Compiled.below(directoryOf(ShapeTest.class));
  }

  private static Path directoryOf(Class<?> type) throws Exception {
    URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(place);
  }
}
