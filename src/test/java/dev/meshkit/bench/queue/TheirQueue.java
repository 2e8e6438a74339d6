package dev.meshkit.bench.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * db-scheduler on SQLite, as durable as ours: WAL, FULL, connections that are kept open. It picks,
 * runs and removes each task in transactions of its own; tasks are scheduled one at a time, and run
 * at once.
 */
final class TheirQueue implements Load {
  private static final int IN_FLIGHT = 512;
  private static final int THREADS = 16;
  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (task_name TEXT NOT NULL, task_instance TEXT NOT NULL,
        task_data BLOB, execution_time INTEGER NOT NULL, picked INTEGER NOT NULL, picked_by TEXT,
        last_success INTEGER, last_failure INTEGER, consecutive_failures INTEGER,
        last_heartbeat INTEGER, version INTEGER NOT NULL, priority INTEGER,
        PRIMARY KEY (task_name, task_instance))""";
  private static final String BY_TIME = "CREATE INDEX by_time ON scheduled_tasks (execution_time)";
  private static final String BY_HEARTBEAT =
      "CREATE INDEX by_heartbeat ON scheduled_tasks (last_heartbeat)";

  private final Scheduler scheduler;
  private final OneTimeTask<byte[]> task;
  private final byte[] body = new byte[BODY_BYTES];
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final LongAdder done = new LongAdder();
  private final AtomicLong next = new AtomicLong();
  private final KeptConnections connections;

  TheirQueue(Path file) throws SQLException {
    connections = new KeptConnections(file);
    try (var connection = connections.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : new String[] {TABLE, BY_TIME, BY_HEARTBEAT}) statement.execute(sql);
    }
    task = Tasks.oneTime("bench", byte[].class).execute((_, _) -> ran());
    scheduler =
        Scheduler.create(connections, task)
            .threads(THREADS)
            .pollingInterval(Duration.ofMillis(100))
            .jdbcCustomization(new Sqlite())
            .serializer(new Plain())
            .enableImmediateExecution()
            .build();
    scheduler.start();
  }

  private void ran() {
    done.increment();
    free.release();
  }

  @Override
  public double perSecond(Duration time) {
    var crew = new Crew(Executors.newFixedThreadPool(THREADS), done);
    crew.start(
        THREADS,
        () -> {
          while (!crew.isOver()) schedule();
        });
    return crew.perSecond(time);
  }

  private void schedule() throws InterruptedException {
    free.acquire();
    scheduler.schedule(task.instance("t" + next.incrementAndGet(), body), Instant.now());
  }

  @Override
  public void close() {
    scheduler.stop();
    connections.close();
  }

  /** Its later releases have such a class. */
  private static final class Sqlite extends DefaultJdbcCustomization {
    Sqlite() {
      super(true);
    }

    @Override
    public String getName() {
      return "SQLite";
    }

    @Override
    public String getQueryLimitPart(int limit) {
      return " LIMIT " + limit;
    }
  }

  /** Bytes as they are, as ours. */
  private static final class Plain
      implements com.github.kagkarlsson.scheduler.serializer.Serializer {
    @Override
    public byte[] serialize(Object data) {
      return ((byte[]) data).clone();
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] bytes) {
      return type.cast(Arrays.copyOf(bytes, bytes.length));
    }
  }
}
