package dev.meshkit.sim;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;

/**
 * Seeds of many scenarios in the order in which they are run: in each round, of every scenario its
 * share. What an element returns adds the run to its campaign; it is for the thread that drives
 * this, in the same order. One seed of a hundred runs twice, and is kept to be run elsewhere (V1),
 * unless it takes as long as a hundred.
 */
final class Rounds implements Iterator<Callable<Runnable>> {
  private static final int REPEATED = 100;

  private final List<Campaign> campaigns;
  private final Course course;
  private final Failures failures;
  private final Consumer<Campaign> done;
  private final long[] begun;
  private long round = 1;
  private int at;
  private boolean promised;

  /**
   * How far to go.
   *
   * @param first the first seed of each scenario
   * @param count how many make a whole campaign of one
   * @param parts in how many rounds
   * @param more whether to go on in a round; asked before every seed
   */
  record Course(long first, ToLongFunction<Scenario> count, int parts, LongPredicate more) {}

  /** {@code done} is told of a campaign whenever it has had its share of a round. */
  Rounds(List<Campaign> campaigns, Course course, Failures failures, Consumer<Campaign> done) {
    if (campaigns.isEmpty()) throw new IllegalArgumentException("no scenario to run");
    this.campaigns = List.copyOf(campaigns);
    this.course = course;
    this.failures = failures;
    this.done = done;
    this.begun = new long[campaigns.size()];
  }

  /** Whoever was told that there is a next one gets it, however late it is by then. */
  @Override
  public boolean hasNext() {
    if (!promised) promised = course.more.test(round);
    return promised;
  }

  @Override
  public Callable<Runnable> next() {
    if (!hasNext()) throw new NoSuchElementException();
    promised = false;
    var campaign = campaigns.get(at);
    if (begun[at] < share(campaign) && !campaign.stopped()) {
      var number = begun[at]++;
      var repeated = number % REPEATED == 0 && !campaign.scenario().isLong();
      return () -> run(campaign, course.first + number, repeated);
    }
    if (++at == begun.length) {
      at = 0;
      round++;
    }
    return () -> () -> done.accept(campaign);
  }

  private long share(Campaign campaign) {
    return Math.ceilDiv(course.count.applyAsLong(campaign.scenario()) * round, course.parts);
  }

  private Runnable run(Campaign campaign, long seed, boolean repeated) {
    var outcome = campaign.run(seed);
    var differs = repeated ? campaign.repeat(outcome) : "";
    return () -> {
      if (campaign.stopped()) return;
      campaign.add(outcome);
      if (repeated) campaign.addRepeated(outcome);
      if (!outcome.passed()) failures.add(outcome, campaign.scenario()::run);
      if (!differs.isEmpty()) failures.add(differs);
    };
  }
}
