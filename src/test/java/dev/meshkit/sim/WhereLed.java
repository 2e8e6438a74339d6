package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.List;

/**
 * Another oracle, of one of several scopes: it hears of who may vote there and of what is seen
 * committed there, and judges the calm if somebody leads. Whether somebody should, others judge.
 */
final class WhereLed implements Oracle {
  private final Scope scope;
  private final Oracle other;
  private List<Sight.Holder> leaders = List.of();

  WhereLed(Scope scope, Oracle other) {
    this.scope = scope;
    this.other = other;
  }

  @Override
  public String name() {
    return other.name();
  }

  @Override
  public List<Oracle> within() {
    return List.of(other);
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Authority(var of, var holders) -> {
        if (of.equals(scope)) leaders = holders;
        yield "";
      }
      case Sight.Started(var node) when isElsewhere(node.region()) -> "";
      case Sight.Stopped(var node) when isElsewhere(node.region()) -> "";
      case Sight.Held held when !held.term().scope().equals(scope) -> "";
      case Sight.Viewed(_, var term, _) when !term.scope().equals(scope) -> "";
      case Sight.Calm _ when leaders.isEmpty() -> "";
      default -> other.see(sight);
    };
  }

  private boolean isElsewhere(String region) {
    return !scope.equals(Scope.GLOBAL) && !scope.equals(Scope.region(region));
  }
}
