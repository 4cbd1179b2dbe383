package io.thins3.cli;

import io.thins3.config.BucketLocation;
import io.thins3.config.BucketMount;
import io.thins3.config.BucketMountResolver;
import io.thins3.config.ExitCode;
import io.thins3.config.IllegalValueException;
import io.thins3.config.KernelOptions;
import io.thins3.config.MountDefaults;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionSource;
import io.thins3.config.OptionValues;
import io.thins3.config.Owner;
import io.thins3.config.ServiceConfig;
import io.thins3.config.ServiceConfigResolver;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import io.thins3.config.Warnings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code thins3 mount}: one bucket at one directory, as a user of a workstation wants it. */
final class MountCommand implements Command {
  /** The kernel checks permission bits; without it every user could do everything. */
  private static final List<String> ALWAYS = List.of("default_permissions");

  /** A mount point that names an open descriptor of /dev/fuse. */
  private static final Pattern DESCRIPTOR = Pattern.compile("/dev/fd/[0-9]+");

  private static final String SYNOPSIS = "thins3 mount [OPTIONS] BUCKET[:PREFIX] MOUNTPOINT";

  private final CommandSpecs specs = new CommandSpecs(OptionSource.MOUNT_COMMAND);
  private final Surroundings surroundings;

  MountCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public CommandLine commandLine() {
    CommandSpec spec =
        specs.create("mount", "Mounts a bucket, or a prefix of one, at a directory.");
    spec.usageMessage()
        .customSynopsis(SYNOPSIS, "       thins3 [OPTIONS] BUCKET[:PREFIX] MOUNTPOINT");
    spec.usageMessage()
        .footer(
            "",
            "BUCKET is a bucket's name, s3://BUCKET/PREFIX (also s3a:// and minio://),",
            "http://SERVER/BUCKET/PREFIX, or the ARN of a bucket or an access point.",
            "Credentials come from the AWS SDK's default chain (AWS_ACCESS_KEY_ID and so on, the",
            "files in ~/.aws, the machine's role) or from files; never from the command line.",
            "Without -f the command returns when the mount is usable, and the process goes on in"
                + " the",
            "background; its log is ${XDG_STATE_HOME:-$HOME/.local/state}/thins3/MOUNTPOINT.log.",
            "Unmount with umount or fusermount -u. Options can be given as THINS3_NAME=VALUE too.");
    return CommandSpecs.commandLine(spec);
  }

  @Override
  public int run(ParseResult arguments) throws UserException {
    Warnings warnings = new Warnings();
    Session session = new Session(surroundings, warnings);
    List<String> names = names(arguments);
    List<OptionLayer> layers = List.of(specs.layer(arguments), session.environment());
    OptionValues values = new OptionValues(layers, warnings);
    Path mountPoint = mountPoint(names.get(1));
    if (surroundings.isBackground() && isDescriptor(mountPoint)) {
      throw new UserException(
          ExitCode.USAGE,
          mountPoint
              + ": a process in the background has none of the caller's descriptors; give -f");
    }
    return session.run(
        resolve(location(names.get(0)), mountPoint, values, warnings), RunPolicy.WORKSTATION);
  }

  private ServiceConfig resolve(
      BucketLocation location, Path mountPoint, OptionValues values, Warnings warnings)
      throws UserException {
    KernelOptions kernel = KernelOptions.collect(ALWAYS, values);
    if (isDescriptor(mountPoint)) {
      checkNames(kernel, mountPoint);
    }
    MountDefaults defaults = new MountDefaults(kernel.readOnly(), false, Owner.ofProcess());
    BucketMount bucket =
        new BucketMountResolver(defaults, warnings)
            .resolve(null, "/", location.bucket(), location, values);
    Path defaultLog =
        surroundings.isBackground()
            ? BackgroundLog.file(surroundings.environment(), mountPoint)
            : null;
    return new ServiceConfigResolver(values, defaultLog)
        .resolve(
            List.of(bucket),
            mountPoint,
            bucket.readOnly() && !isDescriptor(mountPoint) ? readOnly(kernel) : kernel);
  }

  private static boolean isDescriptor(Path mountPoint) {
    return DESCRIPTOR.matcher(mountPoint.toString()).matches();
  }

  /** What a mount is called says who mounts. */
  private static void checkNames(KernelOptions kernel, Path mountPoint) throws UserException {
    String name =
        kernel.fsName() != null
            ? "fsname"
            : kernel.subtype().equals(KernelOptions.DEFAULT_SUBTYPE) ? null : "subtype";
    if (name != null) {
      throw new UserException(
          ExitCode.USAGE,
          "-o %s: %s is mounted already; give it to the program that mounts"
              .formatted(name, mountPoint));
    }
  }

  /** On a workstation the mount table shows that a mount is read-only. */
  private static KernelOptions readOnly(KernelOptions kernel) {
    List<String> others = new ArrayList<>(kernel.others());
    others.add("ro");
    return new KernelOptions(kernel.fsName(), kernel.subtype(), true, others);
  }

  private static List<String> names(ParseResult arguments) throws UserException {
    List<String> names = CommandSpecs.positionals(arguments);
    if (names.size() == 2) {
      return names;
    }
    String wrong =
        switch (names.size()) {
          case 0 -> "BUCKET and MOUNTPOINT are missing";
          case 1 -> "MOUNTPOINT is missing";
          default -> names.size() + " arguments instead of BUCKET and MOUNTPOINT";
        };
    throw new UserException(ExitCode.USAGE, wrong + "; usage: " + SYNOPSIS);
  }

  private static BucketLocation location(String text) throws UserException {
    try {
      return BucketLocation.parse(text);
    } catch (IllegalValueException e) {
      throw new UserException(ExitCode.USAGE, "BUCKET: " + e.getMessage(), e);
    }
  }

  private static Path mountPoint(String text) throws UserException {
    try {
      if (!text.isEmpty()) {
        return absolute(Path.of(text).toAbsolutePath());
      }
    } catch (InvalidPathException e) {
      throw new UserException(
          ExitCode.USAGE, "MOUNTPOINT: " + Shown.quoted(text) + " is not a path", e);
    }
    throw new UserException(ExitCode.USAGE, "MOUNTPOINT is empty; name a directory");
  }

  /** Without "." and ".."; the latter may lead through a symbolic link and cannot just be cut. */
  private static Path absolute(Path path) {
    for (Path component : path) {
      if (component.toString().equals("..")) {
        try {
          return path.toRealPath();
        } catch (IOException e) {
          break; // missing, or a dead mount: whoever mounts will see
        }
      }
    }
    return path.normalize();
  }
}
