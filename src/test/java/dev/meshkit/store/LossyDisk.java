package dev.meshkit.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A disk that keeps what was synced, and of the rest whatever it likes: each write whole, not at
 * all, or torn between two sectors, in any combination.
 */
final class LossyDisk {
  private static final int SECTOR_BYTES = 512;

  private final Map<String, byte[]> synced = new HashMap<>();
  private final Map<String, List<DiskRecording.Step>> pending = new HashMap<>();

  /** What a loss of power does to what was not synced. */
  enum Loss {
    NONE_KEPT,
    ALL_KEPT,
    SOME_KEPT_AND_TORN
  }

  /** A disk on which some files of a directory are. */
  static LossyDisk of(Path directory, String... names) throws IOException {
    var disk = new LossyDisk();
    for (var name : names) disk.synced.put(name, Files.readAllBytes(directory.resolve(name)));
    return disk;
  }

  /** One thing more happened to it. */
  void apply(DiskRecording.Step step) {
    switch (step) {
      case DiskRecording.Step.Write write -> later(write.file(), write);
      case DiskRecording.Step.Cut cut -> later(cut.file(), cut);
      case DiskRecording.Step.Synced(var file) -> {
        for (var done : pending.getOrDefault(file, List.of())) {
          synced.put(file, after(done, bytes(synced, file)));
        }
        pending.remove(file);
      }
      case DiskRecording.Step.SyncFailed _, DiskRecording.Step.Said _ -> {}
    }
  }

  /** Writes into a directory what files with these names hold after the power was lost now. */
  void lose(Loss loss, RandomGenerator chance, Path into, String... names) throws IOException {
    var left = new HashMap<>(synced);
    for (var name : names) {
      for (var step : pending.getOrDefault(name, List.of())) {
        if (loss == Loss.NONE_KEPT || (loss == Loss.SOME_KEPT_AND_TORN && chance.nextBoolean())) {
          continue;
        }
        var kept = loss == Loss.ALL_KEPT ? step : torn(step, chance);
        left.put(name, after(kept, bytes(left, name)));
      }
      Files.write(into.resolve(name), bytes(left, name));
    }
  }

  private void later(String file, DiskRecording.Step step) {
    pending.computeIfAbsent(file, _ -> new ArrayList<>()).add(step);
  }

  private static byte[] bytes(Map<String, byte[]> files, String name) {
    return files.getOrDefault(name, new byte[0]);
  }

  private static byte[] after(DiskRecording.Step step, byte[] before) {
    return switch (step) {
      case DiskRecording.Step.Write(_, var offset, var bytes) -> {
        var all = Arrays.copyOf(before, Math.max(before.length, offset + bytes.length));
        System.arraycopy(bytes, 0, all, offset, bytes.length);
        yield all;
      }
      case DiskRecording.Step.Cut(_, var size) -> Arrays.copyOf(before, size);
      default -> throw new IllegalArgumentException("changes nothing: " + step);
    };
  }

  private static DiskRecording.Step torn(DiskRecording.Step step, RandomGenerator chance) {
    if (!(step instanceof DiskRecording.Step.Write(var file, var offset, var bytes))) return step;
    var sectors = bytes.length / SECTOR_BYTES;
    var kept = sectors == 0 ? bytes.length : (1 + chance.nextInt(sectors)) * SECTOR_BYTES;
    return new DiskRecording.Step.Write(file, offset, Arrays.copyOf(bytes, kept));
  }
}
