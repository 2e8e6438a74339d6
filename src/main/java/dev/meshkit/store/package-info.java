/**
 * One SQLite file, the one thread that writes it, and the two that read it.
 *
 * <p>Read first: {@link dev.meshkit.store.Store}, {@link dev.meshkit.store.Op}, {@link
 * dev.meshkit.store.StoreTx}.
 *
 * <p>Flow: a caller hands an {@code Op} to {@code Store.submit}; the committer takes all that wait,
 * runs them in one transaction, commits once, and then tells each caller its verdict, an {@code Ok}
 * that is on disk or an {@code Err} that says what is known.
 *
 * <p>Invariants: every JDBC call runs on a platform thread of the store (native frames pin a
 * virtual thread's carrier); a verdict is given exactly once; an I/O error at COMMIT ends the
 * store, because nobody can say what the file holds until it is opened anew; every 4 MiB of log are
 * moved into the file, whatever rows they are of.
 *
 * <p>Trouble that is no failure, a full disk ({@code DiskRoom}) or a log that a reader holds
 * ({@code Checkpoints}), is looked after once a second until it is over ({@code Tending}); without
 * any, an idle store runs no statement and no thread of it wakes up. After a process that was
 * killed the file is checked in the background. {@code Backups} copies it, and makes another of a
 * copy.
 *
 * <p>Migrations: the resource {@code /dev/meshkit/schema/<schema>.list} (in the source tree {@code
 * schema/mesh.list}, {@code schema/election.list}) names the files of one database in order, one a
 * line. {@code NNN_name.sql} runs once, in a transaction with its {@code user_version = NNN};
 * {@code views_name.sql} runs at every start: views are code, not data. A part that needs a table
 * adds a file and a line; a file that has been released is never edited. One that begins with
 * {@code -- rewrites} is preceded by a copy of the database; {@code restore_name.sql} runs in a
 * database that was made of a backup; {@code min_reader} in {@code meta} names the oldest version
 * whose programs may still open the file. Every database begins with {@code 001_store.sql}, the
 * tables {@code meta} and {@code progress} of this package.
 *
 * <p>Imports only {@code api}, {@code runtime} and {@code observe} of MeshKit.
 */
@NullMarked
package dev.meshkit.store;

import org.jspecify.annotations.NullMarked;
