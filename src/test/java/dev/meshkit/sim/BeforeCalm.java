package dev.meshkit.sim;

import java.util.List;

/**
 * Judges a run that was cut short by all but its calm, as there is none: what was violated before
 * would else be mended and the replay of it fail nevertheless.
 *
 * @param judge who does
 */
record BeforeCalm(Oracle judge) implements Oracle {
  @Override
  public String name() {
    return judge.name();
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Calm ? "" : judge.see(sight);
  }

  @Override
  public void measure(Coverage run) {
    judge.measure(run);
  }

  @Override
  public List<Oracle> within() {
    return List.of(judge);
  }
}
