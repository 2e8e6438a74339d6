package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The counters behind the bounds of security.md §9, without a network. */
class BoundsTest {
  private static final InetAddress SOMEONE = InetAddress.ofLiteral("192.0.2.7");

  /** S27: 200 a second and a burst of 1,000. */
  @Test
  void aBudgetHasABurstAndThenItsRate() {
    var budget = new Budget(200, 1_000);
    assertEquals(1_000, spendable(budget));
    for (var second = 0; second < 3; second++) {
      for (var tick = 0; tick < Ticks.A_SECOND; tick++) budget.tick();
      assertEquals(200, spendable(budget));
    }
    for (var tick = 0; tick < 100 * Ticks.A_SECOND; tick++) budget.tick();
    assertEquals(1_000, spendable(budget));
  }

  private static long spendable(Budget budget) {
    return IntStream.iterate(0, i -> i + 1).takeWhile(_ -> budget.spend()).count();
  }

  /** S27: who gives up 900 calls a second is no flood; 10,000 a second are, within the second. */
  @Test
  void cancelsOfAnHonestClientPassAndRapidResetsDoNot() {
    var floods = Bounds.defaults().floods();
    var honest = new Budget(floods.resetsASecond(), floods.resetBurst());
    for (var tick = 0; tick < 1_000; tick++) {
      for (var i = 0; i < 900 / Ticks.A_SECOND; i++) assertTrue(honest.spend());
      honest.tick();
    }
    var rapid = new Budget(floods.resetsASecond(), floods.resetBurst());
    var resets = 0;
    for (; rapid.spend(); resets++) if (resets % 2_500 == 2_499) rapid.tick();
    assertTrue(resets < 10_000 / 2, "only after " + resets);
  }

  @Test
  void progressPaysForAsManyEmptyFrames() {
    var budget = new Budget(100, 100);
    for (var i = 0; i < 10_000; i++) {
      assertTrue(budget.spend());
      budget.giveBack();
    }
    assertEquals(100, spendable(budget));
  }

  @Test
  void aStallIsNoMovementForTheWholeLimit() {
    var stall = new Stall(Duration.ofSeconds(10));
    for (var tick = 0; tick < 39; tick++) assertFalse(stall.tick(true, 7));
    assertFalse(stall.tick(true, 8), "it moved");
    for (var tick = 0; tick < 39; tick++) assertFalse(stall.tick(true, 8));
    assertFalse(stall.tick(false, 8), "nobody waits");
    for (var tick = 0; tick < 39; tick++) assertFalse(stall.tick(true, 8));
    assertTrue(stall.tick(true, 8));
  }

  /**
   * S28: HEADERS within 5 s; a message moves each 10 s and is whole in 60 s, while it is wanted.
   */
  @Test
  void slowSendersHaveTheirTimes() {
    var patience = Bounds.defaults().patience();
    assertEquals(20, ticksUntilLate(new SlowSender(patience, new Awaited()), 0));

    var begun = new Awaited();
    begun.is(0);
    var standing = new SlowSender(patience, begun);
    standing.headers();
    assertEquals(40, ticksUntilLate(standing, 0));

    var crawling = new SlowSender(patience, begun);
    crawling.headers();
    assertEquals(240, ticksUntilLate(crawling, 1));

    var unwanted = new SlowSender(patience, new Awaited());
    unwanted.headers();
    assertEquals(10_000, ticksUntilLate(unwanted, 0));
  }

  private static int ticksUntilLate(SlowSender sender, int bytesATick) {
    for (var tick = 1; tick < 10_000; tick++) {
      sender.data(bytesATick);
      if (sender.tick()) return tick;
    }
    return 10_000;
  }

  /** 10 s, twice as long each time, at most 10 minutes; forgotten 10 minutes after that. */
  @Test
  void penaltiesDouble() {
    var now = new AtomicReference<>(Instant.EPOCH);
    var box = new PenaltyBox(now::get, Duration.ofSeconds(10));
    assertFalse(box.isBarred(SOMEONE));
    for (var seconds : new long[] {10, 20, 40, 80, 160, 320, 600, 600}) {
      box.punish(SOMEONE);
      now.set(now.get().plusSeconds(seconds - 1));
      assertTrue(box.isBarred(SOMEONE), () -> seconds + " s are not over");
      now.set(now.get().plusSeconds(1));
      assertFalse(box.isBarred(SOMEONE), () -> seconds + " s are over");
    }
    now.set(now.get().plusSeconds(601));
    box.punish(SOMEONE);
    now.set(now.get().plusSeconds(10));
    assertFalse(box.isBarred(SOMEONE));
  }

  @Test
  void onlyUntimelyPingsCount() {
    var watch = new PingWatch(new PingWatch.Permit(Duration.ofSeconds(10), false));
    for (var i = 0; i < 100; i++) {
      for (var tick = 0; tick < 40; tick++) watch.tick();
      assertTrue(watch.ping(true), "ten seconds apart, with calls");
    }
    assertTrue(watch.ping(true), "too early, once");
    assertTrue(watch.ping(true), "twice");
    assertFalse(watch.ping(true), "the third time");
    var idle = new PingWatch(new PingWatch.Permit(Duration.ZERO, false));
    assertTrue(idle.ping(false));
    assertTrue(idle.ping(false));
    assertFalse(idle.ping(false), "without calls");
    var any = new PingWatch(PingWatch.Permit.any());
    for (var i = 0; i < 1_000; i++) assertTrue(any.ping(false));
  }

  /** Whatever is permitted: a client that asks on a quiet path, as ours do, is never too eager. */
  @Test
  void ourOwnQuestionsAreNeverUntimely() {
    for (var busy : List.of(true, false)) {
      var heartbeat = new Heartbeat(KeepAlive.defaults());
      var watch = new PingWatch(new PingWatch.Permit(Duration.ofSeconds(10), true));
      var asked = 0;
      for (var tick = 0; tick < 10_000; tick++) {
        watch.tick();
        if (heartbeat.tick(asked, busy) != Heartbeat.Step.ASK) continue; // the last was answered
        if (asked % 2 == 0) watch.tick(); // neither of the clocks is the other
        assertTrue(watch.ping(busy), "with calls: " + busy + ", question " + asked);
        asked++;
        heartbeat.asked(0);
      }
      assertTrue(asked > 200, "only " + asked);
    }
  }

  /** As in grpc-java: while we answer, what was untimely before counts no more. */
  @Test
  void anAnswerForgivesUntimelyPings() {
    var watch = new PingWatch(new PingWatch.Permit(Duration.ofSeconds(10), false));
    for (var i = 0; i < 100; i++) {
      for (var ping = 0; ping < 3; ping++) assertTrue(watch.ping(true), "timely, and two strikes");
      watch.sent();
    }
    for (var ping = 0; ping < 3; ping++) assertTrue(watch.ping(true));
    assertFalse(watch.ping(true), "without an answer in between");
  }

  /**
   * §6, T11: before 250 ms of silence are over, then 0.5, 1, 2, 2 … s later; again from the start
   * after output.
   */
  @Test
  void probesGrowRarer() {
    var probe = new Probe();
    assertFalse(probe.isDue(100));
    assertEquals(java.util.List.of(104, 114, 134, 174, 214), due(probe, 101, 250));
    probe.rest();
    assertEquals(java.util.List.of(304, 314), due(probe, 300, 330));
  }

  private static java.util.List<Integer> due(Probe probe, int from, int to) {
    return IntStream.range(from, to).filter(probe::isDue).boxed().toList();
  }

  /** §7: 1 h ± 10 %, or so many streams. */
  @Test
  void ageIsJitteredAndStreamsCount() {
    var chance = dev.meshkit.runtime.Chance.seeded(42);
    var least = Long.MAX_VALUE;
    var most = 0L;
    for (var i = 0; i < 200; i++) {
      var ageing = new Ageing(Lifetime.ofAccepted(), chance);
      var ticks = 0L;
      while (!ageing.isDue(OpenStreams.Use.NONE)) {
        ageing.tick(ticks, true);
        ticks++;
      }
      least = Math.min(least, ticks);
      most = Math.max(most, ticks);
    }
    var hour = 3_600 * Ticks.A_SECOND;
    assertTrue(least >= hour * 9 / 10 && least < hour * 92 / 100, "at least " + least);
    assertTrue(most <= hour * 11 / 10 && most > hour * 108 / 100, "at most " + most);
    var used = new Ageing(Lifetime.ofAccepted(), chance);
    assertFalse(used.isDue(new OpenStreams.Use(999_999, 4_095)));
    assertTrue(used.isDue(new OpenStreams.Use(1_000_000, 0)));
    assertTrue(used.isDue(new OpenStreams.Use(4_096, 4_096)));
  }

  /** §7: connections of an identity that was replaced drain over U(0, 60 s). */
  @Test
  void aReplacedIdentityIsDrainedWithinTheSpread() {
    var chance = dev.meshkit.runtime.Chance.seeded(7);
    var latest = 0;
    for (var i = 0; i < 200; i++) {
      var ageing = new Ageing(Lifetime.ofDialled(), chance);
      ageing.renew(Duration.ofSeconds(60));
      var ticks = 0;
      while (!ageing.isDue(OpenStreams.Use.NONE)) {
        ageing.tick(ticks, true);
        ageing.renew(Duration.ofSeconds(60)); // once is enough
        ticks++;
      }
      assertTrue(ticks <= 60 * Ticks.A_SECOND);
      latest = Math.max(latest, ticks);
    }
    assertTrue(latest > 50 * Ticks.A_SECOND, "spread over " + latest + " ticks only");
  }

  @Test
  void priorityFieldsAreReadAsRfc9218Says() {
    assertEquals("3 true", priority(null));
    assertEquals("0 false", priority("u=0"));
    assertEquals("5 true", priority("u=5, i"));
    assertEquals("7 true", priority("i=?1,u=7"));
    assertEquals("3 false", priority("u=8, x=9, i=?0"));
    assertEquals("3 false", priority("nonsense"));
  }

  private static String priority(String field) {
    var fields = new io.netty.handler.codec.http3.DefaultHttp3Headers(false);
    if (field != null) fields.add("priority", field);
    var priority = Urgency.in(fields);
    return priority.urgency() + " " + priority.isIncremental();
  }
}
