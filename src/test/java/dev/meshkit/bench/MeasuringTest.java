package dev.meshkit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a run is judged by: a figure that was not measured is not a pass. */
class MeasuringTest {
  private static final List<Target> TARGETS =
      List.of(Target.least("rate", 100), Target.most("cost", 1));

  private static Map<String, Object> judged(Map<String, Double> numbers) {
    var json = new JsonObject();
    numbers.forEach(json::addProperty);
    return Measuring.judged(json, TARGETS);
  }

  @Test
  void whoMeetsEachTargetIsWithinBudget() {
    var judged = judged(Map.of("rate", 100.0, "cost", 1.0));
    assertEquals(true, judged.get("withinBudget"));
    assertEquals(List.of(), judged.get("missed"));
  }

  @Test
  void whoMissesOneIsNot() {
    var judged = judged(Map.of("rate", 99.0, "cost", 1.0));
    assertEquals(false, judged.get("withinBudget"));
    assertEquals(List.of("rate ≥ 100.0"), judged.get("missed"));
  }

  @Test
  void whatWasNotMeasuredIsMissed() {
    var judged = judged(Map.of("rate", 100.0));
    assertEquals(false, judged.get("withinBudget"));
    assertEquals(List.of("cost ≤ 1.0, not measured"), judged.get("missed"));
  }
}
