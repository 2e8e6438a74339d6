package dev.meshkit.gate;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Runs of one change that began under one version and are not over.
 *
 * @param change its name, the region put in
 * @param version which they keep to their end
 * @param number how many
 * @param parked how many of them, because their branch does other things than they have recorded
 */
public record UnfinishedRuns(String change, int version, long number, long parked) {
  static UnfinishedRuns of(ResultSet row) throws SQLException {
    return new UnfinishedRuns(row.getString(1), row.getInt(2), row.getLong(3), row.getLong(4));
  }
}
