package io.thins3.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of the mount itself, as FUSE users know them. Immutable.
 *
 * @param fsName the mount's source as the user wants it; null: named after the bucket
 * @param subtype the mount's type is {@code fuse.SUBTYPE}
 * @param readOnly {@code ro} was among them
 * @param others all others, in order, each once
 */
public record KernelOptions(
    @Nullable String fsName, String subtype, boolean readOnly, List<String> others) {
  /** Those that may stand in an option map as keys of their own. */
  public static final List<String> NAMES =
      List.of(
          "allow_other",
          "allow_root",
          "auto_unmount",
          "default_permissions",
          "dirsync",
          "fsname",
          "max_read",
          "noatime",
          "nodev",
          "nodiratime",
          "noexec",
          "nonempty",
          "nosuid",
          "rw",
          "subtype",
          "sync");

  /** Contains "thin", as a readiness check of Fluid wants it. */
  public static final String DEFAULT_SUBTYPE = "thins3";

  private static final Pattern NAME = Pattern.compile("[^\\s,\\\\]{1,200}");
  private static final Pattern SUBTYPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Copies. */
  public KernelOptions {
    others = List.copyOf(others);
  }

  /**
   * Collects what all sources give, {@code -o} and keys of their own; a later one of the same name
   * replaces the earlier one.
   *
   * @param always options that the mount has anyway
   */
  public static KernelOptions collect(List<String> always, OptionValues values)
      throws UserException {
    List<String> given = new ArrayList<>(always);
    given.addAll(values.kernelOptions(NAMES, Options.MOUNT_OPTIONS));
    Map<String, String> byName = new LinkedHashMap<>();
    for (String option : given) {
      int equals = option.indexOf('=');
      byName.put(equals < 0 ? option : option.substring(0, equals), option);
    }
    String fsName = valueOf("fsname", byName.remove("fsname"), NAME);
    String subtype = valueOf("subtype", byName.remove("subtype"), SUBTYPE);
    boolean readOnly = byName.remove("ro") != null;
    byName.remove("rw");
    return new KernelOptions(
        fsName,
        subtype == null ? DEFAULT_SUBTYPE : subtype,
        readOnly,
        List.copyOf(byName.values()));
  }

  private static @Nullable String valueOf(String name, @Nullable String option, Pattern valid)
      throws UserException {
    if (option == null) {
      return null;
    }
    int equals = option.indexOf('=');
    String value = equals < 0 ? "" : option.substring(equals + 1);
    if (!valid.matcher(value).matches()) {
      throw new UserException(
          ExitCode.USAGE,
          "mount option "
              + name
              + ": "
              + Shown.quoted(value)
              + " is not a valid name; it must not be empty or have blanks or commas");
    }
    return value;
  }
}
