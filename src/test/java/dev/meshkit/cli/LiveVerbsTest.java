package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queue, poison and redrive against a node as it is, from its socket to its disk: {@link VerbsTest}
 * has the forms of all verbs, here is that a node really answers so. O14, O15.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LiveVerbsTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "not yet", "mend it", MeshError.Retry.NEVER);

  @TempDir private Path directory;
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private volatile boolean mended;
  private Mesh mesh;

  @BeforeEach
  void aNodeRuns() {
    var config =
        MeshConfig.of("eu", "n1", directory.resolve("data/n1"))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    Handler orders =
        order -> {
          if (!mended) return new Disposition.Poison(WHY);
          taken.add(order.message().body().utf8());
          return Ack.plain();
        };
    mesh = MeshKit.builder(MeshKit.dev(config).orThrow()).on("orders", orders).open();
  }

  @AfterEach
  void itStops() {
    mesh.close();
  }

  /** Wire versions have fields of their own, and are no label of the operator's. */
  @Test
  void aMemberSaysWhichWireVersionsItSpeaks() {
    var self = items("members").get(0).getAsJsonObject();
    assertEquals(1, self.get("wireMin").getAsInt(), self::toString);
    assertEquals(1, self.get("wireMax").getAsInt(), self::toString);
    assertEquals(0, self.get("labels").getAsJsonObject().size(), self::toString);
  }

  @Test
  void whatDiesIsListedShownCountedAndRedriven() {
    // given two messages that their handler refuses
    var sent = run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    assertEquals(1, sent.exit(), sent.err());
    assertTrue(sent.err().contains("error.test"), sent.err());
    assertEquals(0, run("send", "--to", "n1", "--kind", "orders", "-d", "two").exit());
    await().until(() -> lane().get("dead").getAsInt() == 2);
    // then they are listed, newest first, and can be looked at
    var dead = items("poison", "list");
    assertEquals(2, dead.size());
    var first = dead.get(1).getAsJsonObject();
    assertEquals("eu/n1/bulk", first.get("lane").getAsString());
    assertEquals("orders", first.get("kind").getAsString());
    assertEquals("PERMANENT", first.get("reason").getAsString());
    assertEquals("error.test", first.get("code").getAsString());
    assertEquals(1, items("poison", "list", "--limit", "1").size());
    var id = first.get("id").getAsString();
    assertEquals("b25l", json("poison", "show", id).get("body").getAsString()); // "one"
    // and a redrive that is only tried changes nothing
    mended = true;
    var all =
        new String[] {
          "poison", "redrive", "--kind", "orders", "--code", "error.test", "--reason", "mended"
        };
    var tried = run(with(all, "--dry-run"));
    assertEquals("would redrive  2\n", tried.out(), tried.err());
    assertEquals(2, lane().get("dead").getAsInt());
    // while one that is meant delivers them: one by its number, the rest by kind and code
    assertEquals(1, json("poison", "redrive", id, "--reason", "one").get("redriven").getAsInt());
    await().until(() -> taken.equals(List.of("one")));
    assertEquals("redriven  1   audit 2\n", run(all).out());
    await().until(() -> taken.equals(List.of("one", "two")));
    await().until(() -> lane().get("dead").getAsInt() + lane().get("leased").getAsInt() == 0);
    assertEquals(0, items("poison", "list").size());
    assertEquals(3, run("poison", "show", id).exit());
    await().until(() -> items("events", "--type", "queue.redriven").size() == 2);
    var told = items("events", "--type", "queue.redriven");
    assertTrue(told.toString().contains(System.getProperty("user.name")), told.toString());
  }

  /** O14 What a message went through is told by its number, also after it died and came back. */
  @Test
  void aTraceTellsWhatAMessageWentThrough() {
    run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    var dead = items("poison", "list").get(0).getAsJsonObject();
    var id = dead.get("messageId").getAsString();
    mended = true;
    run("poison", "redrive", dead.get("id").getAsString(), "--reason", "mended");
    await().until(() -> lastStep(id).equals("ACKED"));
    var steps = new ArrayList<String>();
    items("trace", id).forEach(step -> steps.add(step.getAsJsonObject().get("step") + ""));
    assertEquals(
        "[\"ENQUEUED\", \"LEASED\", \"POISONED\", \"DEAD\", \"REDRIVEN\", \"LEASED\", \"ACKED\"]",
        steps.toString());
    var unknown = run("trace", "99999999");
    assertEquals(3, unknown.exit(), unknown.err());
    assertTrue(unknown.err().contains("the node that sent it has its trace"), unknown.err());
  }

  /**
   * Of class state what was given up for a newer one, or as its time was over, was not delivered.
   */
  @Test
  void whatWasSupersededOrDroppedIsNotSaidToBeDelivered() throws Exception {
    mended = true;
    var state = "send --to n1 --kind orders --class state --key k -d ".split(" ");
    // given a lane that is paused, and who waits for the receipt of what is in it
    run(with(state, "first"));
    await().until(() -> taken.contains("first"));
    run("queue", "pause", "eu/n1/state", "--reason", "x");
    var superseded = waiting(state, "second");
    await().until(() -> lane().get("ready").getAsInt() == 1);
    // when a newer one comes, whose time is over before the lane goes on
    var dropped = waiting(state, "third", "--ttl", "1s");
    tells(superseded.get(1, TimeUnit.MINUTES), "superseded: a newer one took its place");
    var over = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    await().until(() -> System.nanoTime() - over > 0);
    run("queue", "resume", "eu/n1/state", "--reason", "x");
    tells(dropped.get(1, TimeUnit.MINUTES), "dropped: its time to live was over");
    assertEquals(List.of("first"), taken);
  }

  private FutureTask<Shell.Ran> waiting(String[] send, String... more) {
    var ran = new FutureTask<>(() -> run(with(with(send, more), "--wait", "delivered")));
    Thread.ofVirtual().start(ran);
    return ran;
  }

  private static void tells(Shell.Ran ran, String why) {
    assertEquals(6, ran.exit(), ran.out() + ran.err());
    assertTrue(ran.err().startsWith("error MK-NODE-007 delivering message "), ran.err());
    assertTrue(ran.err().contains("\nwhy   " + why), ran.err());
  }

  private String lastStep(String id) {
    var steps = items("trace", id);
    return steps.get(steps.size() - 1).getAsJsonObject().get("step").getAsString();
  }

  /** Q30 A purge removes for good what it names, says who and why, and refuses what it cannot. */
  @Test
  void whatIsPurgedIsGoneAndSaidToBe() {
    run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    var id = items("poison", "list").get(0).getAsJsonObject().get("id").getAsString();
    assertEquals(3, run("poison", "purge", "99", "--reason", "x", "--yes").exit());
    var tried = run("poison", "purge", id, "--reason", "old", "--dry-run");
    assertEquals("would purge  1\n", tried.out(), tried.err());
    assertEquals(1, lane().get("dead").getAsInt());
    assertEquals(
        "purged  1   audit 1\n", run("poison", "purge", id, "--reason", "old", "--yes").out());
    assertEquals(0, lane().get("dead").getAsInt());
    await().until(() -> items("events", "--type", "queue.purged").size() == 1);
    var told = items("events", "--type", "queue.purged").toString();
    assertTrue(told.contains("old") && told.contains(System.getProperty("user.name")), told);
  }

  /** Q30 What came back five times stays dead, and the answer says why. */
  @Test
  void whatCameBackTooOftenIsRefusedByItsCode() {
    run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    for (var times = 1; times <= 5; times++) {
      await().until(() -> items("poison", "list").size() == 1);
      var id = items("poison", "list").get(0).getAsJsonObject().get("id").getAsString();
      assertEquals(0, run("poison", "redrive", id, "--reason", "again").exit());
    }
    await().until(() -> items("poison", "list").size() == 1);
    var id = items("poison", "list").get(0).getAsJsonObject().get("id").getAsString();
    var refused = run("poison", "redrive", id, "--reason", "again");
    assertEquals(6, refused.exit());
    assertTrue(refused.err().startsWith("error MK-QUE-002 redriving"), refused.err());
    var nowhere = run("poison", "redrive", id, "--as-new", "--to-lane", "n4", "--reason", "x");
    assertEquals(6, nowhere.exit(), nowhere.err());
  }

  /** A lane that names no node would be one that nobody can send from, or list. */
  @Test
  void aRedriveToNoNodeIsRefused() {
    run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    var id = items("poison", "list").get(0).getAsJsonObject().get("id").getAsString();
    var refused = run("poison", "redrive", id, "--to-lane", "n4", "--reason", "x");
    assertEquals(2, refused.exit(), refused.err());
    var moved = run("poison", "redrive", id, "--to-lane", "us/n4", "--reason", "x");
    assertEquals("redriven  1   audit 1\n", moved.out(), moved.err());
    assertEquals(2, items("queue").size());
  }

  /** Q24 A paused lane keeps what waits, and says who paused it; what names none is refused. */
  @Test
  void aPausedLaneSendsNothingUntilItIsResumed() {
    mended = true;
    for (var none : List.of("n1", "eu/n1/fast", "EU/n1"))
      assertEquals(2, run("queue", "pause", none, "--reason", "x").exit());
    run("send", "--to", "n1", "--kind", "orders", "-d", "one", "--wait", "delivered");
    var tried = run("queue", "pause", "eu/n1", "--reason", "disk", "--dry-run");
    assertEquals("would pause  eu/n1/bulk\n", tried.out(), tried.err());
    assertEquals("OPEN", lane().get("state").getAsString());
    var paused = run("queue", "pause", "eu/n1", "--reason", "disk");
    assertEquals("paused  eu/n1/bulk   audit 1\n", paused.out(), paused.err());
    assertEquals(0, run("send", "--to", "n1", "--kind", "orders", "-d", "two").exit());
    assertEquals("PAUSED", bulk("eu/n1").get("state").getAsString());
    assertEquals(1, bulk("eu/n1").get("ready").getAsInt());
    var resumed = run("queue", "resume", "eu/n1/bulk", "--reason", "done");
    assertEquals("resumed  eu/n1/bulk   audit 2\n", resumed.out(), resumed.err());
    await().until(() -> taken.equals(List.of("one", "two")));
    assertEquals(0, run("queue", "pause", "--all", "--reason", "all").exit());
    assertEquals("PAUSED", bulk("eu/n1").get("state").getAsString());
    await().until(() -> items("events", "--type", "queue.paused").size() == 2);
    assertEquals(1, items("events", "--type", "queue.resumed").size());
  }

  /** Each class has a lane of its own: who waits in vain is told what keeps his, and no other's. */
  @Test
  void whoWaitsInVainIsToldWhatKeepsTheMessagesOfThatClass() {
    // given commands behind one that nobody handles
    assertEquals(
        0, run("send", "--to", "n1", "--class", "control", "--kind", "x", "-d", "1").exit());
    await().until(() -> lane().toString().contains("nobody here handles that topic"));
    var command = vain("--class", "control", "--kind", "orders");
    assertTrue(command.contains("nobody here handles that topic"), command);
    // and all others free, or paused
    mended = true;
    var other = run("send", "--to", "n1", "--kind", "orders", "-d", "two", "--wait", "delivered");
    assertEquals(0, other.exit(), other.err());
    assertEquals(0, run("queue", "pause", "eu/n1/bulk", "--reason", "disk").exit());
    var paused = vain("--kind", "orders");
    assertTrue(paused.contains("so far: paused by "), paused);
  }

  /** What is said to somebody whose message is not delivered. */
  private String vain(String... how) {
    var send = new String[] {"send", "--to", "n1", "-d", "y", "--wait", "delivered"};
    var ran = Shell.in(directory).run(with(with(send, how), "--timeout", "200ms"));
    assertEquals(7, ran.exit(), ran.err());
    return ran.err();
  }

  /** Q24 A peer that was never sent anything can be paused: its first message waits. */
  @Test
  void aPeerIsPausedBeforeItsFirstMessage() {
    mended = true;
    var tried = run("queue", "pause", "eu/n1", "--reason", "disk", "--dry-run");
    assertEquals("would pause  eu/n1\n", tried.out(), tried.err());
    assertEquals(0, items("queue").size());
    var paused = run("queue", "pause", "eu/n1", "--reason", "disk");
    assertEquals("paused  eu/n1   audit 1\n", paused.out(), paused.err());
    var listed = bulk("eu/n1");
    assertEquals("PAUSED", listed.get("state").getAsString());
    assertEquals(
        "error.queue.paused", listed.getAsJsonObject("blockedBy").get("code").getAsString());
    assertEquals(0, run("send", "--to", "n1", "--kind", "orders", "-d", "one").exit());
    assertEquals(1, bulk("eu/n1").get("ready").getAsInt());
    var resumed = run("queue", "resume", "eu/n1", "--reason", "done");
    assertTrue(resumed.out().contains("resumed  eu/n1/bulk   audit 2\n"), resumed.out());
    await().until(() -> taken.equals(List.of("one")));
    assertTrue(run("queue", "resume", "us/n7", "--reason", "x").out().contains("us/n7   audit 3"));
  }

  /** Q10 A backup of a live node is whole, and what is made of it sends nothing until told to. */
  @Test
  void aBackupIsTakenInspectedAndRestored() throws Exception {
    assertEquals(0, run("send", "--to", "us/n9", "-d", "x").exit());
    var taken = json("backup", "copy.db");
    assertEquals(directory.resolve("copy.db").toString(), taken.get("file").getAsString());
    var again = run("backup", "copy.db");
    assertEquals(1, again.exit());
    assertTrue(again.err().startsWith("error MK-STO-010 the backup "), again.err());
    await().until(() -> items("events", "--type", "store.backed_up").size() == 1);
    // what it is can be seen without a node
    var report = offline(0, "inspect", "copy.db");
    assertEquals(taken.get("store"), report.get("store"));
    assertEquals("eu/n1", report.get("node").getAsString());
    var queue = report.getAsJsonArray("queues").get(0).getAsJsonObject();
    assertEquals("1", queue.get("live").getAsString(), report::toString);
    // and it is made a database again, in another directory
    var fresh = Files.createDirectory(directory.resolve("fresh"));
    var order = new String[] {"restore", "copy.db", "--data", "fresh", "--reason", "moved"};
    assertTrue(offline(0, with(order, "--dry-run")).get("dryRun").getAsBoolean());
    assertFalse(Files.exists(fresh.resolve("mesh.db")));
    offline(0, order);
    var restored = offline(0, "inspect", "fresh/mesh.db");
    assertNotEquals(taken.get("store"), restored.get("store"));
    var paused = restored.getAsJsonArray("queues").get(0).getAsJsonObject();
    assertEquals("restore", paused.get("pausedBy").getAsString());
    var over = Shell.in(directory).run(order);
    assertEquals(1, over.exit());
    assertTrue(over.err().contains("move it away"), over.err());
    // while a damaged copy is seen to be one, and is refused
    try (var file = new java.io.RandomAccessFile(directory.resolve("copy.db").toFile(), "rw")) {
      file.seek(5_000);
      file.write(0x5a);
    }
    assertFalse(offline(11, "inspect", "copy.db").getAsJsonArray("findings").isEmpty());
    Files.delete(fresh.resolve("mesh.db"));
    assertEquals(1, Shell.in(directory).run(order).exit());
    assertEquals(1, Shell.in(directory).run(with(order, "--dry-run")).exit());
    assertEquals(1, Shell.in(directory).run("inspect", "nothing.db").exit());
  }

  private JsonObject offline(int exit, String... args) {
    var ran = Shell.in(directory).run(with(args, "-o", "json"));
    assertEquals(exit, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  @Test
  void aMessageForAnAbsentPeerIsSeenToWait() {
    assertEquals(0, run("send", "--to", "us/n9", "-d", "x").exit());
    await().until(() -> lane().has("blockedBy"));
    assertEquals("us/n9", lane().get("lane").getAsString());
    assertEquals(1, lane().get("ready").getAsInt() + lane().get("leased").getAsInt());
    var table = run("queue").out();
    assertTrue(table.contains("us/n9") && table.contains("error.unavailable"), table);
  }

  /** The one lane there is. */
  private JsonObject lane() {
    var lanes = items("queue");
    assertEquals(1, lanes.size(), lanes.toString());
    return lanes.get(0).getAsJsonObject();
  }

  /** The lane of a peer's messages, among those of other classes. */
  private JsonObject bulk(String peer) {
    for (var item : items("queue")) {
      var lane = item.getAsJsonObject();
      var isBulk = lane.get("class").getAsString().equals("bulk");
      if (isBulk && lane.get("lane").getAsString().equals(peer)) return lane;
    }
    throw new AssertionError("no lane of " + peer);
  }

  private JsonArray items(String... args) {
    return json(args).getAsJsonArray("items");
  }

  private JsonObject json(String... args) {
    var ran = run(with(args, "-o", "json"));
    assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  private Shell.Ran run(String... args) {
    return Shell.in(directory).run(with(args, "--timeout", "60s"));
  }

  private static String[] with(String[] args, String... more) {
    var all = new java.util.ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
