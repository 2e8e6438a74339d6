package dev.meshkit.sim;

/**
 * S6, before it is broken: what T4 rests on. A violation means that a leader acts while too few of
 * the voters of its latest record are bound to help nobody else, with all clocks within ρ.
 */
final class AuthorityIsPromised implements Oracle {
  @Override
  public String name() {
    return "S6";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Backed(var leader, var fence, var bound, var voters)
            && bound < voters / 2 + 1
        ? leader + " acts by " + fence + ", and " + bound + " of " + voters + " voters are bound"
        : "";
  }
}
