package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * V15: every oracle that any scenario lets judge objects to a history that was written by hand and
 * is illegal, and to nothing in one that is legal.
 */
class HistoriesTest {
  @Test
  void everyOracleIsShownALegalAndAnIllegalHistory() {
    tellAll();
    var kinds = Oracles.handedOut().keySet();
    assertTrue(kinds.size() > 50, kinds::toString);
    var never = new TreeSet<>(kinds);
    never.removeIf(Histories::hasLegal);
    assertEquals(List.of(), List.copyOf(never), "nobody showed these a legal history");
    var asleep = new TreeSet<>(kinds);
    asleep.removeIf(Histories::hasIllegal);
    assertEquals(List.of(), List.copyOf(asleep), "nobody showed these an illegal history");
  }

  /** An oracle is of another kind for each rule it minds; whom it asks is asked for as well. */
  @Test
  void noOracleIsForgotten() {
    var kinds = Oracles.handedOut().keySet();
    var some =
        List.of(
            "OneWinnerATerm S1", // of all elections
            "WordsBindNobody E16", // one class
            "WordsBindNobody E24", // of two rules
            "BeforeCalm", // of a run that is cut short
            "WhereLed",
            "ElectorateAsPlanned E31", // whom that asks
            "AllHaveJoined R4", // of one scenario
            "SomebodyReports", // of one seed in four
            "FewAreDoubted M16"); // that measures only
    assertTrue(kinds.containsAll(some), kinds::toString);
  }

  /** Runs all tests that tell histories, so that this one needs no other to have run before. */
  private static void tellAll() {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage(HistoriesTest.class.getPackageName()))
            .filters(includeTags(Histories.TAG))
            .build();
    var told = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, told);
    var failures = new StringWriter();
    told.getSummary().printFailuresTo(new PrintWriter(failures));
    assertEquals("", failures.toString());
    assertTrue(told.getSummary().getTestsSucceededCount() > 60, "too few told anything");
  }
}
