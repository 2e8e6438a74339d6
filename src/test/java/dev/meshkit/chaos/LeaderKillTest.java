package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the case, without its processes. */
class LeaderKillTest {
  private static final String GOOD =
      "{\"ok\":true,\"lost\":\"0\",\"duplicated\":\"0\",\"dualLeaders\":0,\"processesLeft\":0,\"leaderGapMs\":\"812\"}";

  @Test
  void aCleanRunHolds() {
    assertEquals(List.of(), LeaderKill.judge(GOOD));
  }

  @Test
  void eachBrokenPromiseIsNamed() {
    assertEquals(
        List.of("lost is \"1\""), LeaderKill.judge(GOOD.replace("lost\":\"0", "lost\":\"1")));
    assertEquals(List.of("ok is not true"), LeaderKill.judge(GOOD.replace("true", "false")));
    assertEquals(
        List.of("dualLeaders is missing"), LeaderKill.judge(GOOD.replace("dualLeaders", "x")));
    assertEquals(
        List.of("no leaderless gap was measured, so no leader was killed"),
        LeaderKill.judge(GOOD.replace("812", "0")));
    assertEquals(List.of("the last line is no summary: bye"), LeaderKill.judge("bye"));
  }
}
