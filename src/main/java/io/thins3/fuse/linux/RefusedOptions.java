package io.thins3.fuse.linux;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Options that users know from other FUSE file systems: which of them hold here anyway, and why the
 * others are refused. None is ignored in silence.
 */
final class RefusedOptions {
  /** What they ask for is always so. */
  private static final List<String> ALWAYS_SO =
      List.of(
          "async_read",
          "atomic_o_trunc",
          "big_writes",
          "hard_remove",
          "large_read",
          "no_remote_flock",
          "no_remote_lock",
          "no_remote_posix_lock",
          "readdir_ino",
          "use_ino");

  private static final String TTL =
      "names and attributes are believed as long as the file system says for each; set"
          + " --metadata-ttl";
  private static final String OWNER = "set --uid, --gid, --file-mode and --dir-mode";
  private static final String CACHE =
      "the page cache is kept for as long as a file is the same version, and no longer; leave it"
          + " out";
  private static final String FIXED = "this transport sets it by itself; leave it out";
  private static final String LIBFUSE = "only libfuse knows it; leave it out";
  private static final String SELINUX = "use --transport libfuse for it";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          entry("entry_timeout", TTL),
          entry("attr_timeout", TTL),
          entry("ac_attr_timeout", TTL),
          entry("negative_timeout", "set --negative-ttl"),
          entry("uid", OWNER),
          entry("gid", OWNER),
          entry("umask", OWNER),
          entry("kernel_cache", CACHE),
          entry("auto_cache", CACHE),
          entry("noauto_cache", CACHE),
          entry("writeback_cache", "writes are not kept back; leave it out"),
          entry("sync_read", "reads of one file always go on at the same time; leave it out"),
          entry("max_background", FIXED),
          entry("congestion_threshold", FIXED),
          entry("max_write", FIXED),
          entry("blksize", FIXED),
          entry("fd", FIXED),
          entry("rootmode", FIXED),
          entry("user_id", FIXED),
          entry("group_id", FIXED),
          entry("clone_fd", LIBFUSE),
          entry("max_idle_threads", LIBFUSE),
          entry("max_threads", LIBFUSE),
          entry("noforget", LIBFUSE),
          entry("remember", LIBFUSE),
          entry("intr", "programs that wait can always be interrupted; leave it out"),
          entry("intr_signal", LIBFUSE),
          entry("modules", LIBFUSE),
          entry("subdir", LIBFUSE),
          entry("iconv", LIBFUSE),
          entry("splice_read", LIBFUSE),
          entry("splice_write", LIBFUSE),
          entry("splice_move", LIBFUSE),
          entry("no_splice_read", LIBFUSE),
          entry("no_splice_write", LIBFUSE),
          entry("no_splice_move", LIBFUSE),
          entry("debug", "use --debug_fuse"),
          entry("context", SELINUX),
          entry("fscontext", SELINUX),
          entry("defcontext", SELINUX),
          entry("rootcontext", SELINUX));

  private RefusedOptions() {}

  /** Whether an option asks for nothing but what is always so. */
  static boolean isAlwaysSo(String name) {
    return ALWAYS_SO.contains(name);
  }

  /**
   * Why an option is refused, for the user.
   *
   * @param known what is not refused
   */
  static String reason(String name, Set<String> known) {
    String reason = REASONS.get(name);
    if (reason != null) {
      return "not an option of the transport linux: " + reason;
    }
    Set<String> all = new TreeSet<>(known);
    all.addAll(ALWAYS_SO);
    return "this option is not known; known are " + String.join(", ", all);
  }
}
