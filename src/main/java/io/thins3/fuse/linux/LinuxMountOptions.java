package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountOption;
import io.thins3.fuse.MountSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code -o} options of a mount, sorted by who understands them.
 *
 * @param flags MS_… of mount(2)
 * @param flagNames the same as words, for fusermount
 * @param kernelOptions for the file system type itself: allow_other, default_permissions, max_read
 * @param autoUnmount fusermount is to unmount when this process ends
 * @param allowRoot of other users, root alone is answered
 * @param directIo all files are read and written past the page cache
 * @param maxReadAhead what the kernel may read ahead of a reader, in bytes
 */
record LinuxMountOptions(
    long flags,
    List<String> flagNames,
    List<String> kernelOptions,
    boolean autoUnmount,
    boolean allowRoot,
    boolean directIo,
    int maxReadAhead) {
  // linux/mount.h
  static final long MS_RDONLY = 1;
  static final long MS_NOSUID = 1 << 1;
  static final long MS_NODEV = 1 << 2;
  static final long MS_NOEXEC = 1 << 3;
  static final long MS_SYNCHRONOUS = 1 << 4;
  static final long MS_DIRSYNC = 1 << 7;
  static final long MS_NOATIME = 1 << 10;
  static final long MS_NODIRATIME = 1 << 11;
  static final long MS_RELATIME = 1 << 21;
  static final long MS_STRICTATIME = 1 << 24;

  /** Whether a word sets or clears a flag. */
  private record Flag(long bit, boolean set) {}

  private static final Map<String, Flag> FLAGS =
      Map.ofEntries(
          Map.entry("ro", new Flag(MS_RDONLY, true)),
          Map.entry("rw", new Flag(MS_RDONLY, false)),
          Map.entry("nosuid", new Flag(MS_NOSUID, true)),
          Map.entry("suid", new Flag(MS_NOSUID, false)),
          Map.entry("nodev", new Flag(MS_NODEV, true)),
          Map.entry("dev", new Flag(MS_NODEV, false)),
          Map.entry("noexec", new Flag(MS_NOEXEC, true)),
          Map.entry("exec", new Flag(MS_NOEXEC, false)),
          Map.entry("sync", new Flag(MS_SYNCHRONOUS, true)),
          Map.entry("async", new Flag(MS_SYNCHRONOUS, false)),
          Map.entry("dirsync", new Flag(MS_DIRSYNC, true)),
          Map.entry("noatime", new Flag(MS_NOATIME, true)),
          Map.entry("atime", new Flag(MS_NOATIME, false)),
          Map.entry("nodiratime", new Flag(MS_NODIRATIME, true)),
          Map.entry("diratime", new Flag(MS_NODIRATIME, false)),
          Map.entry("relatime", new Flag(MS_RELATIME, true)),
          Map.entry("norelatime", new Flag(MS_RELATIME, false)),
          Map.entry("strictatime", new Flag(MS_STRICTATIME, true)));

  /** What mount(8) and systemd keep for themselves, and pass on from /etc/fstab all the same. */
  private static final Set<String> FSTAB =
      Set.of("defaults", "_netdev", "auto", "noauto", "nofail", "user", "nouser", "users", "owner");

  /**
   * Words about access times, which fusermount does not know (3.14). The kernel updates none on
   * FUSE (S_NOATIME on each inode), so these ask for what is always so; strictatime cannot be had.
   */
  private static final Set<String> ACCESS_TIMES =
      Set.of("relatime", "norelatime", "diratime", "nodiratime");

  /** Besides the flags, what only the one who mounts can say. */
  private static final Set<String> OF_THE_MOUNT = Set.of("allow_other", "auto_unmount", "max_read");

  private static final List<String> KNOWN =
      List.of(
          "allow_other",
          "allow_root",
          "auto_unmount",
          "default_permissions",
          "direct_io",
          "fsname",
          "max_read",
          "max_readahead",
          "nonempty",
          "subtype");

  LinuxMountOptions {
    flagNames = List.copyOf(flagNames);
    kernelOptions = List.copyOf(kernelOptions);
  }

  /**
   * Sorts the options of a mount.
   *
   * @throws MountException naming one that is not known, or whose value is none
   */
  static LinuxMountOptions of(MountSpec spec) throws MountException {
    // As fusermount does for users: what a store holds is not to give rights on this machine.
    long flags = MS_NOSUID | MS_NODEV;
    List<String> flagNames = new ArrayList<>();
    Set<String> kernelOptions = new TreeSet<>(Set.of("default_permissions"));
    boolean autoUnmount = false;
    boolean allowOther = false;
    boolean allowRoot = false;
    boolean directIo = false;
    int maxReadAhead = ReadAhead.DEFAULT;
    for (String text : spec.options()) {
      MountOption option = MountOption.parse(text);
      Flag flag = FLAGS.get(option.name());
      if (flag != null) {
        withoutValue(option);
        flags = flag.set() ? flags | flag.bit() : flags & ~flag.bit();
        flagNames.add(option.name());
        continue;
      }
      switch (option.name()) {
        case "allow_other" -> {
          withoutValue(option);
          allowOther = true;
        }
        case "allow_root" -> {
          withoutValue(option);
          allowRoot = true;
        }
        case "default_permissions" -> withoutValue(option); // always on
        case "direct_io" -> {
          withoutValue(option);
          directIo = true;
        }
        case "max_read" -> kernelOptions.add("max_read=" + bytes(option, 1));
        case "max_readahead" -> maxReadAhead = bytes(option, 0);
        case "auto_unmount" -> {
          withoutValue(option);
          autoUnmount = true;
        }
        default -> others(option);
      }
    }
    if (allowOther && allowRoot) {
      throw new MountException(
          Reason.BAD_OPTION,
          "-o allow_root: allow_other is given too, which lets everybody in; leave out one of them"
              + " (thins3 fluid always has allow_other)");
    }
    if (allowOther || allowRoot) {
      kernelOptions.add("allow_other");
    }
    return new LinuxMountOptions(
        flags,
        flagNames,
        new ArrayList<>(kernelOptions),
        autoUnmount,
        allowRoot,
        directIo,
        maxReadAhead);
  }

  /** Options without an effect here: refused, unless that is what they ask for. */
  private static void others(MountOption option) throws MountException {
    String name = option.name();
    if (RefusedOptions.isAlwaysSo(name) || FSTAB.contains(name)) {
      withoutValue(option);
    } else if (!name.startsWith("x-")) {
      Set<String> known = new TreeSet<>(FLAGS.keySet());
      known.addAll(KNOWN);
      throw new MountException(
          Reason.BAD_OPTION, "-o %s: %s".formatted(name, RefusedOptions.reason(name, known)));
    }
  }

  /**
   * Refuses what is for a mount that is made, where a mount is only served.
   *
   * @throws MountException naming one
   */
  static void checkForDescriptor(MountSpec spec) throws MountException {
    for (String text : spec.options()) {
      String name = MountOption.parse(text).name();
      if (FLAGS.containsKey(name) || OF_THE_MOUNT.contains(name)) {
        throw new MountException(
            Reason.BAD_OPTION,
            "-o %s: %s is mounted already; give it to the program that mounts"
                .formatted(name, spec.mountPoint()));
      }
    }
  }

  private static void withoutValue(MountOption option) throws MountException {
    if (option.value() != null) {
      throw new MountException(
          Reason.BAD_OPTION, "-o %s: %s takes no value".formatted(option, option.name()));
    }
  }

  private static int bytes(MountOption option, int least) throws MountException {
    @Nullable String value = option.value();
    try {
      int bytes = Integer.parseInt(value == null ? "" : value);
      if (bytes >= least) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new MountException(
        Reason.BAD_OPTION, "-o %s: %s takes a number of bytes".formatted(option, option.name()));
  }

  /**
   * How requests are to be served.
   *
   * @param uid the user who mounts
   */
  ServingOptions serving(boolean logRequests, int uid, NodeLimit nodeLimit) {
    return new ServingOptions(
        logRequests, directIo, allowRoot ? new Callers(uid) : Callers.ALL, nodeLimit);
  }

  /** The last argument of mount(2). */
  String mountData(int fd, int uid, int gid) {
    return "fd=%d,rootmode=40000,user_id=%d,group_id=%d,%s"
        .formatted(fd, uid, gid, String.join(",", kernelOptions));
  }

  /**
   * The argument behind {@code -o} of fusermount.
   *
   * @throws MountException naming an option that it does not know
   */
  String fusermountOptions(MountSpec spec) throws MountException {
    if (flagNames.contains("strictatime")) {
      throw new MountException(
          Reason.BAD_OPTION,
          "-o strictatime: fusermount does not know it, and FUSE keeps no access times; leave it"
              + " out");
    }
    List<String> options = new ArrayList<>();
    options.add("fsname=" + spec.fsName());
    options.add("subtype=" + spec.subtype());
    options.addAll(kernelOptions);
    flagNames.stream().filter(name -> !ACCESS_TIMES.contains(name)).forEach(options::add);
    if (autoUnmount) {
      options.add("auto_unmount");
    }
    return String.join(",", options);
  }
}
