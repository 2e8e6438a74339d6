package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Resolver;
import dev.meshkit.gate.Run;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.ValueType;
import dev.meshkit.observe.BuildInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G30: what the views say in a shell of SQLite is what the admin API says, field by field. */
@Timeout(300)
class GateViewsTest extends GateMesh {
  private static final Path SHELL = Path.of("/usr/bin/sqlite3");
  private static final Change TAX =
      Change.of("shop::tax").supports(1, 2).keyedBy(SubjectKey.TENANT);
  private static final MeshError LATER = MeshError.unavailable("paying", "it is away", "wait");
  private static final Step<String> RATE = Step.of("rate", ValueType.TEXT);
  private static final Step<String> PAY = Step.of("pay", ValueType.TEXT);

  private static Result<String> sale(Run run) throws InterruptedException {
    var effects = run.effects();
    effects.value(RATE, () -> "19").orThrow();
    effects.value(RATE, () -> "20").orThrow();
    effects.idempotent(Step.of("book", ValueType.TEXT), Bytes.EMPTY, (_, _) -> Result.ok("x"));
    return run.key().text().startsWith("open")
        ? effects.atMostOnce(PAY, Bytes.EMPTY, (_, _) -> Result.err(LATER), Resolver.unknown())
        : Result.ok("sold");
  }

  /** After commits that changed other gates of the same record, and runs of either version. */
  @Test
  void theViewsSayWhatTheAdminApiSays() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "no sqlite3 shell on this machine");
    try (var n1 = open("eu", "n1")) {
      await().atMost(LONG).until(() -> isLed("n1", "global") && isLed("n1", "region/eu"));
      var gate = MeshKit.gate(n1);
      gate.declare(TAX);
      gate.declare(Change.of("shop::till").supports(1, 2));
      var branches = Branches.<String>of(TAX).range(1, 2, GateViewsTest::sale).build();
      for (var key : List.of("done/1", "open/1", "open/2"))
        gate.execute(TAX, Subject.tenant("acme"), RunKey.of(key), branches);
      done(
          "gate set shop::tax --version 2 --percent 12.5 --include acme,b* --exclude z --reason pilot");
      done("gate set shop::zoo --version 1 --reason none", 3);
      done("gate set meshkit::transport::eu --version 1 --reason old");
      done("gate freeze meshkit::transport::eu --reason alarm");
      await().atMost(LONG).until(() -> gate.epoch(TAX) == 1);
      for (var key : List.of("done/2", "open/3"))
        gate.execute(TAX, Subject.tenant("acme"), RunKey.of(key), branches);
      done("gate freeze shop::tax --reason alarm");
      done("gate set shop::till --version 2 --reason new"); // in a later record of the same scope
      await().atMost(LONG).untilAsserted(() -> assertEquals(gatesOfApi(), gatesOfView()));
      assertEquals(3, gatesOfView().size());
      assertTrue(
          gatesOfView().get(1).startsWith("shop::tax|global|2|1|1..2|12.50 % with acme, b*"),
          () -> gatesOfView().toString());
      assertTrue(gatesOfView().get(1).endsWith("|2|eu/n1 " + who() + ": alarm"), this::whole);
      assertEquals(runsOfApi(), runsOfView());
      assertTrue(
          runsOfView().getFirst().contains("|" + BuildInfo.current().version() + "|"), this::whole);
      assertEquals(5, runsOfView().size());
      assertEquals(effectsOfApi(), effectsOfView());
      assertEquals(5 * 3 + 3, effectsOfView().size());
    }
  }

  private String whole() {
    return gatesOfView().toString();
  }

  private static String who() {
    return System.getProperty("user.name") + "@n1";
  }

  private void done(String line) {
    done(line, 0);
  }

  private void done(String line, int exit) {
    var ran = run("n1", line);
    assertEquals(exit, ran.exit(), ran.err());
  }

  private List<String> gatesOfApi() {
    return lines(
        "gate list",
        gate ->
            gate.get("committed").getAsBoolean()
                ? List.of(
                    text(gate, "change"),
                    text(gate, "scope"),
                    text(gate, "version"),
                    text(gate, "prior"),
                    text(gate, "min") + ".." + text(gate, "max"),
                    rollout(gate),
                    text(gate, "epoch"),
                    text(gate, "record"),
                    text(gate, "otherRuns"),
                    text(gate, "actor") + ": " + text(gate, "reason"))
                : List.of());
  }

  private static String rollout(JsonObject gate) {
    var percent = gate.get("percent").getAsDouble();
    return String.format(Locale.ROOT, "%.2f %%", percent)
        + patterns(" with ", gate, "include")
        + patterns(" without ", gate, "exclude")
        + (gate.get("frozen").getAsBoolean() ? " frozen" : "");
  }

  private static String patterns(String word, JsonObject gate, String field) {
    var all = new ArrayList<String>();
    for (var one : gate.getAsJsonArray(field)) all.add(one.getAsString());
    return all.isEmpty() ? "" : word + String.join(", ", all);
  }

  private List<String> gatesOfView() {
    return shell(
        """
        SELECT change, scope, version, prior, allowed, rollout, epoch, record, other_runs,
          last_change FROM v_gates ORDER BY change""");
  }

  private List<String> runsOfApi() {
    return lines(
        "runs list",
        run ->
            List.of(
                text(run, "change"),
                text(run, "subject"),
                text(run, "key"),
                text(run, "version"),
                text(run, "epoch"),
                text(run, "state").toLowerCase(Locale.ROOT),
                text(run, "build"),
                second(run, "began"),
                run.has("ended") ? second(run, "ended") : ""));
  }

  private List<String> runsOfView() {
    return shell(
        """
        SELECT change, subject, key, version, epoch, state, build, began, ended FROM v_runs
        ORDER BY 1, 2, 3""");
  }

  private List<String> effectsOfApi() {
    var all = new ArrayList<String>();
    for (var run : items("n1", "runs list"))
      all.addAll(
          lines("effects show " + text(run.getAsJsonObject(), "run"), GateViewsTest::effect));
    return all.stream().sorted().toList();
  }

  private static List<String> effect(JsonObject one) {
    var occurrence = one.get("occurrence").getAsInt();
    return List.of(
        text(one, "run"),
        text(one, "n"),
        text(one, "step") + (occurrence > 1 ? "#" + occurrence : ""),
        text(one, "mode").toLowerCase(Locale.ROOT).replace('_', '-'),
        text(one, "state").toLowerCase(Locale.ROOT).replace('_', '-'),
        text(one, "tries"),
        text(one, "token"),
        text(one, "type"),
        second(one, "at"),
        one.has("error") ? text(one.getAsJsonObject("error"), "code") : "");
  }

  private List<String> effectsOfView() {
    var code = "substr(error, 1, instr(error || char(10), char(10)) - 1)";
    return shell(
            "SELECT run, n, step, mode, state, tries, token, type, at, "
                + (code + " FROM v_effects"))
        .stream()
        .sorted()
        .toList();
  }

  /** The wall time as views have it. */
  private static String second(JsonObject from, String field) {
    return text(from, field).replaceFirst("(.{10})T(.{8}).*", "$1 $2");
  }

  private static String text(JsonObject from, String field) {
    return from.get(field).getAsString();
  }

  /** What a row of an answer says. */
  @FunctionalInterface
  private interface Row {
    List<String> of(JsonObject item);
  }

  private List<String> lines(String verb, Row row) {
    var lines = new ArrayList<String>();
    for (var item : items("n1", verb)) {
      var fields = row.of(item.getAsJsonObject());
      if (!fields.isEmpty()) lines.add(String.join("|", fields));
    }
    return lines.stream().sorted().toList();
  }

  private List<String> shell(String sql) {
    var file = directory.resolve("data/n1/mesh.db").toString();
    try {
      var process =
          new ProcessBuilder(SHELL.toString(), "-readonly", file, sql)
              .redirectErrorStream(true)
              .start();
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), sql + "\n" + out);
      return out.lines().toList();
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }
}
