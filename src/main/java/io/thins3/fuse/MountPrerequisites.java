package io.thins3.fuse;

import io.thins3.fuse.MountException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the system must offer before a FUSE file system can be mounted on Linux. Asked before
 * mounting, because the kernel says only EPERM, and libfuse and fusermount explain themselves on
 * stderr only.
 */
public final class MountPrerequisites {
  /** linux/capability.h. */
  private static final int CAP_SYS_ADMIN = 21;

  private static final Set<String> OTHERS = Set.of("allow_other", "allow_root");

  private final Path device;
  private final Path processStatus;
  private final Path fuseConf;
  private final List<Path> programDirectories;

  MountPrerequisites(
      Path device, Path processStatus, Path fuseConf, List<Path> programDirectories) {
    this.device = device;
    this.processStatus = processStatus;
    this.fuseConf = fuseConf;
    this.programDirectories = List.copyOf(programDirectories);
  }

  /** This process on this system. */
  public static MountPrerequisites system() {
    List<Path> directories = new ArrayList<>();
    // libfuse looks where it was built for first, then in PATH.
    directories.add(Path.of("/usr/bin"));
    directories.add(Path.of("/bin"));
    String path = System.getenv("PATH");
    if (path != null) {
      Stream.of(path.split(File.pathSeparator, -1))
          .filter(directory -> !directory.isEmpty())
          .map(Path::of)
          .forEach(directories::add);
    }
    return new MountPrerequisites(
        Path.of("/dev/fuse"), Path.of("/proc/self/status"), Path.of("/etc/fuse.conf"), directories);
  }

  /** Checks that the FUSE device is there and can be opened. */
  public void checkDevice() throws MountException {
    try {
      // An open of the device without a mount behind it has no effect.
      FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
    } catch (NoSuchFileException e) {
      throw new MountException(
          Reason.NO_DEVICE,
          device
              + " does not exist; load the kernel's FUSE module (modprobe fuse), or start the"
              + " container with --device /dev/fuse",
          e);
    } catch (AccessDeniedException e) {
      throw new MountException(
          Reason.NO_DEVICE,
          device + " cannot be opened: permission denied; allow reading and writing (chmod 666)",
          e);
    } catch (IOException e) {
      // A container's device rules give EPERM, a missing module ENODEV or ENXIO.
      throw new MountException(
          Reason.NO_DEVICE,
          "%s cannot be opened: %s; start the container with --device /dev/fuse, or load the"
                  .formatted(
                      device,
                      e instanceof java.nio.file.FileSystemException f
                          ? f.getReason()
                          : e.getMessage())
              + " kernel's FUSE module (modprobe fuse)",
          e);
    }
  }

  /** Whether this process may call mount(2) itself: it has CAP_SYS_ADMIN. */
  public boolean mayMount() {
    return (Long.parseUnsignedLong(status("CapEff", "0"), 16) >>> CAP_SYS_ADMIN & 1) == 1;
  }

  /**
   * Checks that this process may mount, itself or through fusermount.
   *
   * @param fusermounts names of the setuid programs that will do
   */
  public void checkPermission(MountSpec spec, List<String> fusermounts) throws MountException {
    if (!Files.exists(processStatus) || mayMount()) {
      return;
    }
    String where = "cannot mount at " + spec.mountPoint() + ": ";
    // Four ids: real, effective, saved, file system.
    if (status("Uid", "0\t0").split("\t", -1)[1].equals("0")) {
      throw new MountException(
          Reason.NO_PERMISSION,
          where
              + "root has no CAP_SYS_ADMIN here; start the container with --cap-add SYS_ADMIN or"
              + " privileged");
    }
    if (fusermounts.stream().noneMatch(this::installed)) {
      throw new MountException(
          Reason.NOT_INSTALLED,
          where
              + String.join(" or ", fusermounts)
              + " not found, which mounts for users other than root; install the package fuse3");
    }
    if (status("NoNewPrivs", "0").equals("1")) {
      throw new MountException(
          Reason.NO_PERMISSION,
          where
              + "this process may not gain privileges, so fusermount cannot mount; run it without"
              + " no_new_privs (Kubernetes: allowPrivilegeEscalation), or as root");
    }
    for (String option : spec.options()) {
      if (OTHERS.contains(option) && !userAllowOther()) {
        throw new MountException(
            Reason.NO_PERMISSION,
            "-o %s: users other than root may not use it; add a line user_allow_other to %s, or"
                    .formatted(option, fuseConf)
                + " leave the option out");
      }
    }
    if (!Files.isWritable(spec.mountPoint())) {
      throw new MountException(
          Reason.NO_PERMISSION,
          where
              + "this user may not write to the directory; choose one of your own (chown "
              + spec.mountPoint()
              + ")");
    }
  }

  private boolean installed(String program) {
    return programDirectories.stream()
        .anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
  }

  private boolean userAllowOther() {
    try {
      return Files.readAllLines(fuseConf, StandardCharsets.ISO_8859_1).stream()
          .anyMatch(line -> line.strip().equals("user_allow_other"));
    } catch (IOException e) {
      return false;
    }
  }

  /** One field of /proc/self/status (proc_pid_status(5)). */
  private String status(String field, String otherwise) {
    try (Stream<String> lines = Files.lines(processStatus, StandardCharsets.ISO_8859_1)) {
      List<String> found =
          lines
              .filter(line -> line.startsWith(field + ":"))
              .map(line -> line.substring(field.length() + 1).strip())
              .collect(Collectors.toList());
      return found.isEmpty() ? otherwise : found.get(0);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
