package dev.meshkit.cli;

import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.control.proto.NodeStatus;

/** A node's status as a page. */
final class StatusView {
  private StatusView() {}

  /** The page. */
  static String text(NodeStatus s) {
    var text = new StringBuilder();
    text.append(Lists.view(s.getAnsweredBy(), s.getAgree(), s.getKnown()));
    line(text, "node", s.getNode() + "   region " + s.getRegion() + "   cluster " + s.getCluster());
    line(
        text,
        "state",
        s.getState()
            + "   health "
            + s.getHealth()
            + "   ready after "
            + Text.of(s.getReadyAfter()));
    line(
        text,
        "process",
        "MeshKit "
            + s.getVersion()
            + "   pid "
            + s.getPid()
            + "   since "
            + Text.of(s.getStartedAt())
            + "   "
            + Text.bytes(s.getRssBytes()));
    line(text, "data", s.getDataDir());
    var at = s.getListeners();
    var legacy = at.getLegacy().isEmpty() ? "" : "   legacy " + at.getLegacy();
    line(text, "listens", "mesh " + at.getMesh() + "   http " + at.getHttp() + legacy);
    line(text, "leads", String.join(", ", s.getLeadsList()));
    var m = s.getMembers();
    line(
        text,
        "members",
        m.getAlive()
            + " alive   "
            + m.getSuspect()
            + " suspect   "
            + m.getDead()
            + " dead   "
            + m.getLeft()
            + " left");
    var r = s.getRoads();
    line(
        text,
        "roads",
        r.getH3()
            + " h3   "
            + r.getH2()
            + " h2   "
            + r.getLegacy()
            + " legacy   "
            + r.getNone()
            + " none"
            + (r.getBlocked() > 0 ? "   " + r.getBlocked() + " blocked" : "")
            + (r.hasSlowestRtt() ? "   slowest rtt " + Text.of(r.getSlowestRtt()) : ""));
    var q = s.getQueue();
    line(
        text,
        "queue",
        q.getReady()
            + " ready   "
            + q.getDelayed()
            + " delayed   "
            + q.getLeased()
            + " leased   "
            + q.getDead()
            + " dead"
            + (q.hasHeadAge() ? "   head " + Text.of(q.getHeadAge()) : ""));
    var store = s.getStore();
    line(
        text,
        "store",
        Text.bytes(store.getBytes())
            + "   wal "
            + Text.bytes(store.getWalBytes())
            + (store.hasCommitP99() ? "   commit p99 " + Text.of(store.getCommitP99()) : ""));
    line(text, "certificate", "until " + Text.of(s.getCertNotAfter()));
    s.getChecksList().forEach(check -> check(text, check));
    return text.toString();
  }

  private static void check(StringBuilder text, Check check) {
    if (check.getStatus() == Health.OK) return;
    line(
        text,
        check.getStatus().name().toLowerCase(java.util.Locale.ROOT),
        check.getName() + ": " + check.getText() + " " + check.getCode());
    if (check.hasFix()) line(text, "fix", check.getFix());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-12s", name))
        .append(value.isEmpty() ? "-" : Text.safe(value))
        .append('\n');
  }
}
