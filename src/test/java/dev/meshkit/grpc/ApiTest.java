package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import java.io.File;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** T3: what the builders offer, what they refuse, and what to call instead. */
@SuppressWarnings("deprecation") // name resolvers are refused, deprecated or not
class ApiTest {
  private static Http3ChannelBuilder channel() {
    return Http3ChannelBuilder.forAddress("127.0.0.1", 7443);
  }

  private static Http3ServerBuilder server() {
    return Http3ServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
  }

  /** grpc-java's own defaults throw without a word of help: none of them may be left. */
  @Test
  void everyMethodOfTheBuildersIsOurs() {
    assertEquals(List.of(), inherited(ManagedChannelBuilder.class, Http3ChannelBuilder.class));
    assertEquals(List.of(), inherited(ServerBuilder.class, Http3ServerBuilder.class));
  }

  private static List<String> inherited(Class<?> base, Class<?> ours) {
    return Arrays.stream(base.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !Modifier.isFinal(method.getModifiers()))
        .filter(method -> !isDeclaredBy(ours, method))
        .map(Method::getName)
        .sorted()
        .toList();
  }

  private static boolean isDeclaredBy(Class<?> ours, Method method) {
    return Arrays.stream(ours.getDeclaredMethods())
        .anyMatch(
            own ->
                own.getName().equals(method.getName())
                    && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
  }

  @Test
  void whatIsRefusedNamesTheAlternative() {
    var refused = new TreeMap<String, org.junit.jupiter.api.function.Executable>();
    refused.put("usePlaintext", () -> channel().usePlaintext());
    refused.put("nameResolverFactory", () -> channel().nameResolverFactory(null));
    refused.put("setNameResolverArg", () -> channel().setNameResolverArg(null, null));
    refused.put("loadBalancing", () -> channel().defaultLoadBalancingPolicy("round_robin"));
    refused.put("serviceConfig", () -> channel().defaultServiceConfig(Map.of()));
    refused.put("childChannels", () -> channel().childChannelConfigurator(null));
    refused.put("proxy", () -> channel().proxyDetector(null));
    refused.put("retry", () -> channel().enableRetry());
    refused.put("maxRetryAttempts", () -> channel().maxRetryAttempts(3));
    refused.put("hedging", () -> channel().maxHedgedAttempts(3));
    refused.put("retryBufferSize", () -> channel().retryBufferSize(1));
    refused.put("perRpcBufferLimit", () -> channel().perRpcBufferLimit(1));
    refused.put("binaryLog", () -> channel().setBinaryLog(null));
    refused.put("server: key files", () -> server().useTransportSecurity((File) null, null));
    refused.put(
        "server: key streams", () -> server().useTransportSecurity((InputStream) null, null));
    refused.put("server: binaryLog", () -> server().setBinaryLog(null));
    refused.put("server: metrics", () -> server().addMetricSink(null));
    refused.forEach(
        (name, call) -> {
          var said = assertThrows(UnsupportedOperationException.class, call, name).getMessage();
          assertTrue(said.contains("use ") && said.endsWith(" instead"), name + ": " + said);
        });
  }

  @Test
  void whatIsSupportedReturnsTheBuilder() {
    var seconds = TimeUnit.SECONDS;
    var channelCalls =
        Map.<String, UnaryOperator<Http3ChannelBuilder>>of(
            "useTransportSecurity", b -> b.useTransportSecurity(),
            "offloadExecutor", b -> b.offloadExecutor(Runnable::run),
            "disableRetry", b -> b.disableRetry(),
            "disableServiceConfigLookUp", b -> b.disableServiceConfigLookUp(),
            "maxTraceEvents", b -> b.maxTraceEvents(1),
            "keepAliveWithoutCalls", b -> b.keepAliveWithoutCalls(false),
            "keepAliveTime", b -> b.keepAliveTime(Long.MAX_VALUE, TimeUnit.DAYS),
            "keepAliveTimeout", b -> b.keepAliveTimeout(1, seconds),
            "idleTimeout", b -> b.idleTimeout(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
    channelCalls.forEach((name, call) -> assertReturnsItself(name, channel(), call));
    var serverCalls =
        Map.<String, UnaryOperator<Http3ServerBuilder>>of(
            "handshakeTimeout", b -> b.handshakeTimeout(1, seconds),
            "maxConnectionIdle", b -> b.maxConnectionIdle(1, seconds),
            "maxConnectionAge", b -> b.maxConnectionAge(Long.MAX_VALUE, TimeUnit.DAYS),
            "maxConnectionAgeGrace", b -> b.maxConnectionAgeGrace(0, seconds),
            "permitKeepAliveTime", b -> b.permitKeepAliveTime(0, seconds),
            "permitKeepAliveWithoutCalls", b -> b.permitKeepAliveWithoutCalls(false),
            "keepAliveTime", b -> b.keepAliveTime(1, seconds),
            "keepAliveTimeout", b -> b.keepAliveTimeout(1, seconds));
    serverCalls.forEach((name, call) -> assertReturnsItself(name, server(), call));
  }

  private static <B> void assertReturnsItself(String name, B builder, Function<B, B> call) {
    assertSame(builder, call.apply(builder), name);
  }

  @Test
  void spansThatMakeNoSenseAreRefused() {
    var none = IllegalArgumentException.class;
    var seconds = TimeUnit.SECONDS;
    assertThrows(none, () -> channel().idleTimeout(0, seconds));
    assertThrows(none, () -> channel().keepAliveTime(-1, seconds));
    assertThrows(none, () -> channel().keepAliveTimeout(0, seconds));
    assertThrows(none, () -> server().maxConnectionAge(0, seconds));
    assertThrows(none, () -> server().maxConnectionAgeGrace(-1, seconds));
    assertThrows(none, () -> server().permitKeepAliveTime(-1, seconds));
    assertThrows(none, () -> server().handshakeTimeout(0, seconds));
    assertThrows(none, () -> channel().maxInboundMetadataSize((64 << 10) + 1));
    assertThrows(none, () -> server().maxInboundMetadataSize((64 << 10) + 1));
    assertThrows(none, () -> Http3ChannelBuilder.forAddress("127.0.0.1", 0));
    assertThrows(none, () -> channel().maxInboundMessageSize(-1));
  }

  @Test
  void aBuilderWithoutIdentityBuildsNothing() {
    assertThrows(IllegalStateException.class, () -> channel().build());
    assertThrows(IllegalStateException.class, () -> server().build());
  }

  @Test
  void anUrgencyIsZeroToSeven() throws Exception {
    try (var mesh = new Meshless()) {
      var channel = mesh.open(mesh.channel(7443));
      var method = dev.meshkit.grpc.testproto.ProbeGrpc.getUnaryMethod();
      for (var urgency : new int[] {-1, 8}) {
        var options = CallOptions.DEFAULT.withOption(Http3ChannelBuilder.URGENCY, urgency);
        assertThrows(IllegalArgumentException.class, () -> channel.newCall(method, options));
      }
      assertEquals(3, CallOptions.DEFAULT.getOption(Http3ChannelBuilder.URGENCY));
    }
  }

  /** §1: what others compile against. A change here is a change of the API. */
  @Test
  void theExportedTypesAreTheOnesOfTheDesign() {
    assertEquals(
        List.of("RESOLVE", "REFUSED", "TIMEOUT", "ALPN", "TLS", "PEER_CHECK", "CLOSED", "OVERLOAD"),
        Arrays.stream(Kind.values()).map(Enum::name).toList());
    assertTrue(java.io.IOException.class.isAssignableFrom(Http3ConnectException.class));
    assertThrows(IllegalArgumentException.class, () -> new Verdict.Refuse(65_536, ""));
    assertThrows(IllegalArgumentException.class, () -> new Verdict.Refuse(1, "é".repeat(33)));
    assertEquals(
        64,
        new Verdict.Refuse(1, "é".repeat(32))
            .reason()
            .getBytes(java.nio.charset.StandardCharsets.UTF_8)
            .length);
  }

  /**
   * The same, whole: whatever is added, taken away or changed is seen here, and is written into
   * that file if it is meant.
   */
  @Test
  void thePublicShapeIsTheOneThatIsWrittenDown() throws Exception {
    var written = Path.of("src/test/resources/dev/meshkit/grpc/api.txt");
    assertEquals(Files.readString(written), String.join("\n", shape()) + "\n");
  }

  private static TreeSet<String> shape() throws Exception {
    var lines = new TreeSet<String>();
    for (var type : exported()) {
      lines.add(type.toGenericString() + above(type));
      Stream.of(type.getDeclaredMethods(), type.getDeclaredConstructors(), type.getDeclaredFields())
          .flatMap(Arrays::stream)
          .filter(member -> isForOthers((Member) member))
          .forEach(member -> lines.add(textOf(member)));
    }
    return lines;
  }

  private static String above(Class<?> type) {
    var parent = type.getGenericSuperclass();
    return (parent == null ? "" : " extends " + parent.getTypeName())
        + Arrays.stream(type.getGenericInterfaces())
            .map(each -> " implements " + each.getTypeName())
            .collect(Collectors.joining());
  }

  private static boolean isForOthers(Member member) {
    var seen = member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED);
    return seen != 0 && !member.isSynthetic();
  }

  private static String textOf(Object member) {
    return switch (member) {
      case Executable one -> one.toGenericString();
      case Field field -> field.toGenericString();
      default -> throw new AssertionError("no member: " + member);
    };
  }

  /** The types of this package that others can name. */
  private static List<Class<?>> exported() throws Exception {
    var source = Http3ChannelBuilder.class.getProtectionDomain().getCodeSource();
    var types = new ArrayList<Class<?>>();
    try (var files =
        Files.list(Path.of(source.getLocation().toURI()).resolve("dev/meshkit/grpc"))) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString();
        if (!name.endsWith(".class") || name.equals("package-info.class")) continue;
        var simple = name.substring(0, name.length() - ".class".length());
        var type =
            Class.forName("dev.meshkit.grpc." + simple, false, ApiTest.class.getClassLoader());
        if (canBeNamed(type)) types.add(type);
      }
    }
    return types;
  }

  private static boolean canBeNamed(@Nullable Class<?> type) {
    if (type == null) return true;
    return Modifier.isPublic(type.getModifiers()) && canBeNamed(type.getEnclosingClass());
  }
}
