package io.thins3.fuse.libfuse;

import static java.util.Map.entry;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountOption;
import io.thins3.fuse.MountSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The {@code -o} options of this transport: those of libfuse 2.9 (lib/mount.c, fuse.c and
 * fuse_lowlevel.c) that make sense for a file system on nodes. Not among them: {@code kernel_cache}
 * and {@code auto_cache} (the page cache is kept or dropped per version), {@code intr} (interrupts
 * by a signal that the JVM does not expect), {@code use_ino} (always on) and {@code modules}.
 *
 * <p>libfuse 2 knows one time to live for all entries, one for all attributes and one for all
 * negative answers. Those of the file system's answers cannot be passed on; libfuse's defaults of 1
 * s, 1 s and 0 s hold unless an option says otherwise.
 */
final class LibfuseOptions {
  private enum Value {
    NONE(""),
    NUMBER("[0-9]{1,9}"),
    OCTAL("[0-7]{1,4}"),
    SECONDS("[0-9]{1,9}(\\.[0-9]{1,9})?"),
    TEXT(".+");

    final String pattern;

    Value(String pattern) {
      this.pattern = pattern;
    }
  }

  private static final Map<String, Value> KNOWN =
      Map.ofEntries(
          entry("allow_other", Value.NONE),
          entry("allow_root", Value.NONE),
          entry("async", Value.NONE),
          entry("async_read", Value.NONE),
          entry("atime", Value.NONE),
          entry("atomic_o_trunc", Value.NONE),
          entry("attr_timeout", Value.SECONDS),
          entry("auto_unmount", Value.NONE),
          entry("big_writes", Value.NONE),
          entry("congestion_threshold", Value.NUMBER),
          entry("context", Value.TEXT),
          entry("default_permissions", Value.NONE),
          entry("defcontext", Value.TEXT),
          entry("dev", Value.NONE),
          entry("direct_io", Value.NONE),
          entry("dirsync", Value.NONE),
          entry("entry_timeout", Value.SECONDS),
          entry("exec", Value.NONE),
          entry("fscontext", Value.TEXT),
          entry("gid", Value.NUMBER),
          entry("hard_remove", Value.NONE),
          entry("large_read", Value.NONE),
          entry("max_background", Value.NUMBER),
          entry("max_read", Value.NUMBER),
          entry("max_readahead", Value.NUMBER),
          entry("max_write", Value.NUMBER),
          entry("negative_timeout", Value.SECONDS),
          entry("noatime", Value.NONE),
          entry("nodev", Value.NONE),
          entry("noexec", Value.NONE),
          entry("noforget", Value.NONE),
          entry("nosuid", Value.NONE),
          entry("no_remote_flock", Value.NONE),
          entry("no_remote_lock", Value.NONE),
          entry("no_remote_posix_lock", Value.NONE),
          entry("no_splice_move", Value.NONE),
          entry("no_splice_read", Value.NONE),
          entry("no_splice_write", Value.NONE),
          entry("remember", Value.NUMBER),
          entry("ro", Value.NONE),
          entry("rootcontext", Value.TEXT),
          entry("rw", Value.NONE),
          entry("splice_move", Value.NONE),
          entry("splice_read", Value.NONE),
          entry("splice_write", Value.NONE),
          entry("suid", Value.NONE),
          entry("sync", Value.NONE),
          entry("sync_read", Value.NONE),
          entry("uid", Value.NUMBER),
          entry("umask", Value.OCTAL));

  private LibfuseOptions() {}

  /**
   * The arguments for libfuse, program name first.
   *
   * @param linux whether options of Linux' libfuse may be added
   * @throws MountException BAD_OPTION, naming the option: libfuse itself only prints
   */
  static List<String> arguments(MountSpec spec, boolean linux) throws MountException {
    List<String> options = new ArrayList<>();
    options.add("fsname=" + spec.fsName());
    options.add("subtype=" + spec.subtype());
    options.add("default_permissions");
    // st_ino as the file system says; and no renaming to .fuse_hidden of what is removed while
    // open, because handles go on working.
    options.add("use_ino");
    options.add("hard_remove");
    if (linux) {
      // Writes of 128 KiB instead of 4; O_TRUNC comes with OPEN, not as a truncate before it.
      options.add("big_writes");
      options.add("atomic_o_trunc");
      // The mount point has been checked.
      options.add("nonempty");
    }
    for (String option : spec.options()) {
      check(MountOption.parse(option));
      options.add(option);
    }
    List<String> arguments = new ArrayList<>(List.of(spec.subtype(), "-f"));
    if (spec.debug()) {
      arguments.add("-d");
    }
    for (String option : options) {
      arguments.add("-o");
      // A backslash takes the meaning from the comma behind it.
      arguments.add(option.replace("\\", "\\\\").replace(",", "\\,"));
    }
    arguments.add(spec.mountPoint().toString());
    return arguments;
  }

  private static void check(MountOption option) throws MountException {
    Value expected = KNOWN.get(option.name());
    if (expected == null) {
      throw new MountException(
          Reason.BAD_OPTION,
          "-o %s: not an option of the transport libfuse; correct it or leave it out"
              .formatted(option.name()));
    }
    String value = option.value();
    if (expected == Value.NONE ? value != null : value == null) {
      throw new MountException(
          Reason.BAD_OPTION,
          "-o %s: %s"
              .formatted(
                  option,
                  expected == Value.NONE ? "takes no value" : "needs a value (NAME=VALUE)"));
    }
    if (value != null && !value.matches(expected.pattern)) {
      String wanted =
          switch (expected) {
            case OCTAL -> "an octal number such as 022";
            case SECONDS -> "seconds such as 1 or 0.5";
            case NUMBER -> "a whole number";
            default -> "a value";
          };
      throw new MountException(Reason.BAD_OPTION, "-o %s: not %s".formatted(option, wanted));
    }
  }
}
