package dev.meshkit.node;

import com.google.protobuf.ByteString;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.Errors;
import dev.meshkit.control.PoisonFilter;
import dev.meshkit.control.PoisonOrder;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.proto.PoisonItem;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.Purged;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.Job;
import dev.meshkit.queue.PoisonQueue;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.RedriveOptions;
import dev.meshkit.queue.SafeTaskQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The dead messages as operators see, revive and remove them. Thread-safe. */
final class PoisonDesk {
  private static final int PAGE = 500;

  private final PoisonQueue poison;
  private final int mostRedrives;
  private final Duration knownFor;
  private final RedriveWatch watch;

  /** Over the dead of a queue; what goes on is followed by {@code watch}. */
  PoisonDesk(SafeTaskQueue<?> queue, RedriveWatch watch) {
    this.poison = queue.poison();
    this.mostRedrives = queue.options().retention().redrives();
    this.knownFor = queue.options().retention().knownFor();
    this.watch = watch;
  }

  /** Dead messages, newest first. */
  Result<List<PoisonItem>> dead(PoisonFilter filter) throws InterruptedException {
    var wanted = new dev.meshkit.queue.PoisonFilter(0, filter.messageKind(), filter.code(), "");
    var all = new ArrayList<DeadTask>();
    var after = 0L;
    while (true) {
      var page = poison.list(wanted, after, PAGE);
      if (!(page instanceof Result.Ok<List<DeadTask>>(var rows))) return page.cast();
      rows.stream().filter(dead -> dead.did() < filter.before()).forEach(all::add);
      if (all.size() > filter.limit()) all.subList(0, all.size() - filter.limit()).clear();
      if (rows.size() < PAGE) break;
      after = rows.getLast().did();
    }
    return Result.ok(all.reversed().stream().map(PoisonDesk::item).toList());
  }

  /** One dead message whole. */
  Result<Optional<PoisonMessage>> show(long did) throws InterruptedException {
    return poison.show(did).map(dead -> dead.map(PoisonDesk::whole));
  }

  /** Gives dead messages back to their lanes. */
  Result<Redriven> redrive(Redrive command) throws InterruptedException {
    var order = command.dead();
    var meant = order.id().isPresent() ? mayLive(order.id().getAsLong(), command) : some(order);
    if (meant instanceof Result.Err<?>(var error)) return Result.err(error);
    var how = options(command);
    if (!(how instanceof Result.Ok<RedriveOptions>(var options))) return how.cast();
    if (order.id().isPresent() && isTooLate(order, options))
      return one(order.id().getAsLong()).flatMap(dead -> Result.err(tooLate(dead)));
    var named = filter(order);
    var stay = order.id().isPresent() ? Result.ok(0L) : poison.staying(named, options);
    if (!(stay instanceof Result.Ok<Long>(var staying))) return stay.cast();
    return ended(poison.redrive(named, options, order.by()), order)
        .map(
            job ->
                Redriven.newBuilder()
                    .setStaying(Math.toIntExact(staying))
                    .setRedriven(Math.toIntExact(job.done()))
                    .setDryRun(order.dryRun())
                    .setAudit(job.id())
                    .setRunning(job.state() == Job.State.RUNNING)
                    .build());
  }

  private static Result<RedriveOptions> options(Redrive command) {
    try {
      if (!command.toLane().isEmpty()) NodeId.parse(command.toLane());
      return Result.ok(
          new RedriveOptions(
              command.perSecond(),
              command.max(),
              command.toLane(),
              command.head(),
              command.asNew(),
              command.dead().dryRun()));
    } catch (IllegalArgumentException bad) {
      return Result.err(
          MeshError.validation(
              "redriving", bad.getMessage() + "", "see meshkit poison redrive --help"));
    }
  }

  /** Removes dead messages for good. */
  Result<Purged> purge(PoisonOrder order) throws InterruptedException {
    var meant = order.id().isPresent() ? one(order.id().getAsLong()) : some(order);
    if (meant instanceof Result.Err<?>(var error)) return Result.err(error);
    return ended(poison.purge(filter(order), order.dryRun(), order.by()), order)
        .map(
            job ->
                Purged.newBuilder()
                    .setPurged(Math.toIntExact(job.done()))
                    .setDryRun(order.dryRun())
                    .setAudit(job.id())
                    .setRunning(job.state() == Job.State.RUNNING)
                    .build());
  }

  /** The job at its end, or as it is when the caller has waited enough: it is followed then. */
  private Result<Job> ended(Result<Job> begun, PoisonOrder order) throws InterruptedException {
    if (order.dryRun() || !(begun instanceof Result.Ok<Job>(var job))) return begun;
    watch.follow(job);
    return poison
        .await(job.id(), order.patience())
        .flatMap(
            now -> now.state() == Job.State.STOPPED ? Result.err(stopped(now)) : Result.ok(now));
  }

  /** An order without an id names a kind and a code: nobody means all of them by nothing. */
  private static Result<PoisonOrder> some(PoisonOrder order) {
    var isNamed =
        order.which() instanceof PoisonOrder.AllOf(var kind, var code)
            && !kind.isEmpty()
            && !code.isEmpty();
    return isNamed
        ? Result.ok(order)
        : Result.err(
            MeshError.validation(
                "choosing dead messages",
                "neither an id nor both kind and code are given",
                "give one of the two"));
  }

  private Result<DeadTask> mayLive(long did, Redrive command) throws InterruptedException {
    var asNew = command.asNew();
    return one(did)
        .flatMap(
            dead -> {
              if (dead.redrives() >= mostRedrives) return Result.err(tooOften(dead));
              if (dead.reason() == Reason.FORGOTTEN && !asNew) return Result.err(forgotten(dead));
              return Result.ok(dead);
            });
  }

  /** Whether the one that is meant would stay dead, for all that {@link #mayLive} knows of. */
  private boolean isTooLate(PoisonOrder order, RedriveOptions options) throws InterruptedException {
    var would = poison.redrive(filter(order), options.tried(), order.by());
    return would instanceof Result.Ok<Job>(var job) && job.done() == 0;
  }

  private Result<DeadTask> one(long did) throws InterruptedException {
    return poison
        .show(did)
        .flatMap(dead -> dead.map(Result::ok).orElseGet(() -> Result.err(noneOf(did))));
  }

  private static dev.meshkit.queue.PoisonFilter filter(PoisonOrder order) {
    return switch (order.which()) {
      case PoisonOrder.One(var did) -> dev.meshkit.queue.PoisonFilter.one(did);
      case PoisonOrder.AllOf(var kind, var code) ->
          new dev.meshkit.queue.PoisonFilter(0, kind, code, "");
    };
  }

  private static MeshError tooOften(DeadTask dead) {
    return MeshError.of(
            "error.precondition",
            "redriving dead message " + dead.did(),
            "it came back " + dead.redrives() + " times already, and died each time",
            "mend what it dies of, then send its content again; or purge it",
            MeshError.Retry.NEVER)
        .with(Errors.MK, "MK-QUE-002");
  }

  private static MeshError stopped(Job job) {
    return MeshError.of(
        "error.store.op",
        "job " + job.id(),
        "it stopped after " + job.done() + " messages: the store refused the next",
        "see the node's log for why, mend that, and order the rest again",
        MeshError.Retry.SAFE);
  }

  /**
   * Its receiver said so itself, and would say it again; or this node goes by another identity
   * since, or is no longer sure that it is known, and then it would be applied.
   */
  private static MeshError forgotten(DeadTask dead) {
    var said = dead.code().equals("error.inbox.forgotten");
    return MeshError.of(
            "error.precondition",
            "redriving dead message " + dead.did(),
            "its receiver no longer knows whether it had it, and would "
                + (said ? "refuse it again" : "take it for new"),
            "add --as-new, if it may be applied twice",
            MeshError.Retry.NEVER)
        .with(Errors.MK, "MK-QUE-002");
  }

  /** Of one that may not come back, though neither too often nor forgotten for sure. */
  private MeshError tooLate(DeadTask dead) {
    return MeshError.of(
            "error.precondition",
            "redriving dead message " + dead.did(),
            "it was sent at "
                + dead.enqueuedWall()
                + ", and its receiver may have applied it and forgotten that since: it knows it for "
                + words(knownFor)
                + ", queue.inbox.keep less queue.retry.max_run",
            "add --as-new, if it may be applied twice: that begins another message with its"
                + " content; or purge it",
            MeshError.Retry.NEVER)
        .with(Errors.MK, "MK-QUE-002");
  }

  private static String words(Duration span) {
    return "%d d %d h %d min".formatted(span.toDays(), span.toHoursPart(), span.toMinutesPart());
  }

  /** The error for a dead message that is not there. */
  static MeshError noneOf(long did) {
    return MeshError.of(
        "error.not_found",
        "dead message " + did,
        "there is none of that number: it was redriven, went its way, or never was",
        "see meshkit poison list",
        MeshError.Retry.NEVER);
  }

  private static PoisonItem item(DeadTask dead) {
    return PoisonItem.newBuilder()
        .setId(dead.did())
        .setMessageId(dead.id().toString())
        .setQueue(dead.queue())
        .setLane(dead.lane().toString())
        .setKind(dead.kind())
        .setReason(PoisonItem.Reason.valueOf(dead.reason().name()))
        .setCode(dead.code())
        .setText(dead.why())
        .setAttempts(dead.attempts())
        .setCrashes(dead.crashes())
        .setRedrives(dead.redrives())
        .setEnqueuedAt(Times.of(dead.enqueuedWall()))
        .setDiedAt(Times.of(dead.diedWall()))
        .setBodyBytes(dead.sizeBytes())
        .build();
  }

  private static PoisonMessage whole(DeadTask dead) {
    var message =
        PoisonMessage.newBuilder()
            .setItem(item(dead))
            .putAllHeaders(dead.headers())
            .setBody(ByteString.copyFrom(dead.body().asBuffer()))
            .setStack(dead.stack());
    for (var failed : dead.errors()) {
      message.addHistory(
          PoisonMessage.Attempt.newBuilder()
              .setAttempt(failed.attempt())
              .setAt(Times.of(failed.wall()))
              .setPeer(dead.lane().key())
              .setCode(failed.code())
              .setText(failed.why()));
    }
    return message.build();
  }
}
