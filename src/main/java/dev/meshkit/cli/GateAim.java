package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.ChangeGateRequest;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a verb of the gate is about, and for whom it is to be. */
final class GateAim {
  @Parameters(paramLabel = "CHANGE", description = "Its name, the region put in.")
  private String name = "";

  @Option(
      names = "--expect",
      paramLabel = "RECORD",
      description = "Only if the record is still this one, as gate plan shows it: 1/7.19.")
  private String expect = "";

  /** Its name. */
  String name() {
    return name;
  }

  /** An order about it. */
  ChangeGateRequest.Builder order(Ask ask) {
    return ChangeGateRequest.newBuilder()
        .setChange(name)
        .setExpect(expect)
        .setWait(Envelope.duration(ask.patience()));
  }

  /** Which version, for whom. */
  static final class Part {
    private static final long MOST = 1_000_000_000;

    @Option(
        names = "--version",
        paramLabel = "V",
        description = "The version that shall run; without it the one that does, for more.")
    private long version;

    @Option(
        names = "--percent",
        paramLabel = "P",
        description = "For so many of 100 of its subjects, to two places; default: everybody.")
    private String percent = "";

    @Option(
        names = "--include",
        paramLabel = "PATTERN",
        split = ",",
        description = "In any case for these subjects; * stands for any characters.")
    private List<String> include = List.of();

    @Option(
        names = "--exclude",
        paramLabel = "PATTERN",
        split = ",",
        description = "Not for these. At 100 % without this option nobody stays behind.")
    private List<String> exclude = List.of();

    @Option(
        names = "--force",
        description = "Although members cannot run it: they refuse the change until upgraded.")
    private boolean force;

    /** Whether nothing is asked for. */
    boolean isNothing() {
      return version == 0 && percent.isEmpty() && include.isEmpty() && exclude.isEmpty();
    }

    /** Puts it into an order of {@code verb}. */
    ChangeGateRequest.Builder into(ChangeGateRequest.Builder order, String verb) {
      if (version < 0 || version > MOST)
        throw wrong(verb, version + " is no version", "write it like --version 2");
      if (!percent.isEmpty()) order.setPercent(number(verb));
      return order
          .setVerb(ChangeGateRequest.Verb.SET)
          .setVersion((int) version)
          .addAllInclude(include)
          .addAllExclude(exclude)
          .setForce(force);
    }

    private double number(String verb) {
      if (percent.matches("[0-9]{1,3}(\\.[0-9]{1,2})?")) {
        var read = Double.parseDouble(percent);
        if (read <= 100) return read;
      }
      throw wrong(
          verb, "'" + percent + "' is no percentage", "write 0 to 100, to two places: 12.5");
    }

    private static MeshException wrong(String verb, String why, String fix) {
      return new MeshException(Ask.usage(verb, why, fix));
    }
  }
}
