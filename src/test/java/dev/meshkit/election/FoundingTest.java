package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** E30: a region is founded only by the founder that a committed global record names. */
class FoundingTest {
  private static final Profile PROFILE = Profile.REGION;
  private static final Seat ANN = seat("eu/ann");
  private static final Seat UMA = seat("us/uma");
  private static final Seat UVE = seat("us/uve");
  private static final Change FOUND = new Change.AddRegion("us", UMA);

  @Test
  void onlyTheNamedFounderMay() {
    var state = state(Scope.GLOBAL, FOUND.of(content()), FOUND.of(content()));
    var first = Founding.of(state, "us", UMA, PROFILE).orElseThrow();
    assertEquals(new RecordId(0, 1), first.id());
    assertEquals(List.of(UMA), first.content().voters());
    assertEquals(1, first.content().generation());
    assertEquals(Optional.of(first), Founding.of(state, "us", UMA, PROFILE));
    assertEquals(Optional.empty(), Founding.of(state, "us", UVE, PROFILE));
    assertEquals(Optional.empty(), Founding.of(state, "ap", UMA, PROFILE));
    var wiped = new Seat(UMA.node(), store("us/uma2"), Seat.DEFAULT_RANK);
    assertEquals(Optional.empty(), Founding.of(state, "us", wiped, PROFILE));
  }

  /** A record that is stored and not known to be committed names nobody. */
  @Test
  void nobodyIsNamedByAnUncommittedRecord() {
    var state = state(Scope.GLOBAL, FOUND.of(content()), content());
    assertEquals(Optional.empty(), Founding.of(state, "us", UMA, PROFILE));
  }

  @Test
  void whoBeginsTheWholeFoundsItsOwnRegion() {
    var whole = Founding.global(ANN, Bytes.utf8("drawn"), PROFILE).content();
    assertEquals(List.of(ANN), whole.voters());
    var own = Founding.of(whole, "eu", ANN, PROFILE).orElseThrow();
    assertEquals(List.of(ANN), own.content().voters());
    assertEquals(Optional.empty(), Founding.of(whole, "us", UMA, PROFILE));
  }

  /** Two births cannot be taken for one another: other founders have another genesis. */
  @Test
  void anotherFounderIsAnotherGenesis() {
    var one = state(Scope.GLOBAL, FOUND.of(content()), FOUND.of(content()));
    var by = new Change.AddRegion("us", UVE).of(content());
    var other = state(Scope.GLOBAL, by, by);
    assertNotEquals(
        Founding.of(one, "us", UMA, PROFILE).orElseThrow().content().genesis(),
        Founding.of(other, "us", UVE, PROFILE).orElseThrow().content().genesis());
  }

  @Test
  void aRegionHasOneFounder() {
    var founded = FOUND.of(content());
    assertEquals("", FOUND.refusal(content()));
    assertEquals(List.of(new Region("us", 1, UMA)), founded.regions());
    assertNotEquals(content().hash(), founded.hash());
    for (var again : List.of(FOUND, new Change.AddRegion("us", UVE)))
      assertEquals("region us is founded by us/uma", again.refusal(founded));
    var gone = new Revocation(Bytes.EMPTY, UVE.node(), Revocation.NEVER);
    var revoked = new Change.Revoke(gone).of(content());
    assertEquals("us/uve is revoked", new Change.AddRegion("us", UVE).refusal(revoked));
  }

  /** E29: each generation of a region is begun by one node, which may ask again. */
  @Test
  void aLaterGenerationHasOneFounderToo() {
    var founded = FOUND.of(content());
    var second = new Change.RenewRegion(new Region("us", 2, UVE));
    assertEquals("", second.refusal(founded));
    var renewed = second.of(founded);
    assertEquals(List.of(new Region("us", 2, UVE)), renewed.regions());
    assertEquals("", second.refusal(renewed), "the same wish again");
    assertEquals(
        "region us goes on in generation 2, begun by us/uve",
        new Change.RenewRegion(new Region("us", 2, UMA)).refusal(renewed));
    assertEquals("", new Change.RenewRegion(new Region("us", 3, UMA)).refusal(renewed));
    // one that began while nobody led the whole is found out by its next recovery
    assertEquals("", new Change.RenewRegion(new Region("us", 5, UMA)).refusal(renewed));
    // voters that were named in the configuration have no founder in the record
    assertEquals("", second.refusal(content()));
    var gone = new Revocation(Bytes.EMPTY, UVE.node(), Revocation.NEVER);
    assertEquals("us/uve is revoked", second.refusal(new Change.Revoke(gone).of(founded)));
    assertThrows(
        IllegalArgumentException.class, () -> new Change.RenewRegion(new Region("us", 1, UVE)));
  }

  /** Whatever else changes, and a recovery, keeps the regions. */
  @Test
  void regionsStayThroughOtherChanges() {
    var founded = FOUND.of(content());
    var regions = founded.regions();
    for (var change :
        List.of(
            new Change.AddVoter(UVE),
            new Change.SetRank(ANN.node(), 3),
            new Change.SetParams(Duration.ofSeconds(3), 1),
            new Change.SetGate(new Gate("g", 1, 0, 1, Bytes.EMPTY, 1))))
      assertEquals(regions, change.of(founded).regions(), change::toString);
    var survivor = Durable.fresh(new ScopeRecord(new RecordId(1, 2), founded));
    var next = Recovery.of(List.of(survivor), ANN, Bytes.utf8("again"));
    assertEquals(regions, next.record().content().regions());
  }

  @Test
  void onlyTheWholeFoundsRegions() {
    assertEquals(new Verdict.Applied(2), verdict(Scope.GLOBAL));
    assertEquals(
        new Verdict.Refused("regions are founded in global only"), verdict(Scope.region("eu")));
  }

  @Test
  void refusesWhatIsOverALimit() {
    var many = new ArrayList<Region>();
    for (var i = 0; i < Content.MAX_REGIONS; i++)
      many.add(new Region("r" + i, 1, seat("r" + i + "/n")));
    var full = content().founding(many);
    assertEquals("a cluster has at most 256 regions", FOUND.refusal(full));
    many.add(new Region("us", 1, UMA));
    assertThrows(IllegalArgumentException.class, () -> content().founding(many));
    assertThrows(IllegalArgumentException.class, () -> new Change.AddRegion("eu", UMA));
    var anyStore = Seat.configured(UMA.node());
    assertThrows(IllegalArgumentException.class, () -> new Change.AddRegion("us", anyStore));
  }

  private static Verdict verdict(Scope scope) {
    var options =
        new ElectionOptions(
            scope,
            ANN.node(),
            ANN.store(),
            new ScopeRecord(new RecordId(0, 1), content()),
            PROFILE);
    var at = new Facts(Instant.ofEpochSecond(1_000), 0);
    var state = Election.begin(options, Durable.fresh(options.first()), true, at);
    var verdicts = new ArrayList<Verdict>();
    var inputs = new ArrayList<Input>(List.of(Input.Tick.NOW));
    while (!inputs.isEmpty()) {
      var step = Election.step(state, inputs.removeFirst(), at);
      state = step.state();
      for (var effect : step.effects())
        switch (effect) {
          case Effect.Persist(var k, _) -> inputs.add(new Input.StorageDone(k));
          case Effect.Race(var round, _) -> inputs.add(new Input.Counted(Ballot.of(round)));
          case Effect.Gained _ ->
              inputs.add(new Input.Commanded(new Command(Bytes.utf8("c"), Command.ANY, FOUND)));
          case Effect.Replied(_, var verdict) -> verdicts.add(verdict);
          default -> {}
        }
    }
    return verdicts.getFirst();
  }

  private static State state(Scope scope, Content latest, Content view) {
    var first = new ScopeRecord(new RecordId(0, 1), content());
    var options = new ElectionOptions(scope, ANN.node(), ANN.store(), first, PROFILE);
    var durable =
        new Durable(
            2,
            NodeId.NOBODY,
            new ScopeRecord(new RecordId(2, 2), latest),
            new ScopeRecord(new RecordId(2, 1), view),
            Duration.ofSeconds(2));
    return Election.begin(options, durable, true, new Facts(Instant.ofEpochSecond(1_000), 0));
  }

  private static Content content() {
    return Content.of(1, Bytes.utf8("born"), Duration.ofSeconds(2), Content.RHO_PPM, List.of(ANN));
  }

  private static Seat seat(String node) {
    return new Seat(NodeId.parse(node), store(node), Seat.DEFAULT_RANK);
  }

  private static Bytes store(String node) {
    return Bytes.utf8((node + "................").substring(0, 16));
  }
}
